/** What the kernel says of this process in /proc. It uses {@code system} and what lies below. */
package dev.nonroot.process;
