/**
 * The C library by its own names, and each failing call as one exception. It uses {@code text} and
 * {@code identity}.
 */
package dev.nonroot.posix;
