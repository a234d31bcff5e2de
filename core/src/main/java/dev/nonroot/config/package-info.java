/**
 * Options: agent arguments, properties, variables and the policy file, and which of them counts. It
 * uses {@code policy} and what lies below.
 */
package dev.nonroot.config;
