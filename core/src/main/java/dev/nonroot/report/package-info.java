/**
 * What is told about a verdict, as text and as JSON. It uses {@code policy} and what lies below.
 */
package dev.nonroot.report;
