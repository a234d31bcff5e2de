package dev.nonroot.config;

/**
 * A key's value with where it comes from.
 *
 * @param text the value, one char per byte
 * @param origin its source, in words that end "in …"
 */
record Setting(String text, String origin) {}
