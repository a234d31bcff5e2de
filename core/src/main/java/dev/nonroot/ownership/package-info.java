/**
 * Giving files to a user, in a tree that somebody else may be changing meanwhile. It uses {@code
 * account} and what lies below, but for {@code process}.
 */
package dev.nonroot.ownership;
