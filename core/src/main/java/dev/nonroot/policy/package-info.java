/**
 * Which identities a process may have, rule by rule. It uses {@code account}, {@code process} and
 * what lies below.
 */
package dev.nonroot.policy;
