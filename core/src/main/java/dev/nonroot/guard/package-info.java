/**
 * What an agent does when a JVM starts. It uses every other room but those of the launcher, {@code
 * ownership} aside.
 */
package dev.nonroot.guard;
