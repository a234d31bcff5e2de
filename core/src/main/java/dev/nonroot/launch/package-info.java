/**
 * What the launcher does, from its command line to exec. It uses every other room but {@code guard}
 * and {@code report}.
 */
package dev.nonroot.launch;
