/**
 * What a front end has to provide: files, system calls, a clock. It uses {@code posix} and what
 * lies below.
 */
package dev.nonroot.system;
