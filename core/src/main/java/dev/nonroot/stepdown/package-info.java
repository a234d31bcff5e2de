/**
 * Giving up root for good, and the proof that it worked. It uses {@code account}, {@code process}
 * and what lies below.
 */
package dev.nonroot.stepdown;
