/**
 * Text as bytes: one char per byte, lines, words, numbers, and the form of every message. It uses
 * nothing.
 */
package dev.nonroot.text;
