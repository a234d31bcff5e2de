/**
 * What every room shares: exit codes, and the exception for a configuration that is wrong. It uses
 * nothing.
 */
package dev.nonroot;
