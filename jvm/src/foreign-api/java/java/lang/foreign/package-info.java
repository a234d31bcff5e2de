/**
 * Just enough of java.lang.foreign, final since Java 22, to compile against on Java 17. Only the
 * declarations: the classes made of this are never packed, and at run time the JDK's own are there.
 */
package java.lang.foreign;
