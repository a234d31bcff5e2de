/** Who a process is, as values: ids, groups, capabilities. It uses nothing but {@code text}. */
package dev.nonroot.identity;
