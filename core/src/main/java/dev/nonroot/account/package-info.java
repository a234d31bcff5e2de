/**
 * User-specs and the accounts they name: the grammar, and /etc/passwd and /etc/group. It uses
 * {@code system} and what lies below.
 */
package dev.nonroot.account;
