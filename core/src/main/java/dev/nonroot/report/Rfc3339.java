package dev.nonroot.report;

/** Times as RFC 3339 writes them; by hand, as java.time takes milliseconds to load. */
final class Rfc3339 {
  private static final long MILLIS_PER_DAY = 86_400_000L;
  private static final int DAYS_PER_400_YEARS = 146_097;
  private static final int DAYS_FROM_0000_03_01_TO_EPOCH = 719_468;

  private Rfc3339() {}

  /** Formats milliseconds since the epoch, in UTC. */
  static String format(long millis) {
    long days = Math.floorDiv(millis, MILLIS_PER_DAY);
    int inDay = (int) Math.floorMod(millis, MILLIS_PER_DAY);
    // Howard Hinnant's civil_from_days: years start in March, so that the leap day is the last one.
    long shifted = days + DAYS_FROM_0000_03_01_TO_EPOCH;
    long era = Math.floorDiv(shifted, DAYS_PER_400_YEARS);
    int dayOfEra = (int) Math.floorMod(shifted, (long) DAYS_PER_400_YEARS);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int month = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * month + 2) / 5 + 1;
    long year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0);
    StringBuilder text = new StringBuilder();
    pad(text, year, 4).append('-');
    pad(text, month >= 10 ? month - 9 : month + 3, 2).append('-');
    pad(text, day, 2).append('T');
    pad(text, inDay / 3_600_000, 2).append(':');
    pad(text, inDay / 60_000 % 60, 2).append(':');
    pad(text, inDay / 1000 % 60, 2).append('.');
    return pad(text, inDay % 1000, 3).append('Z').toString();
  }

  private static StringBuilder pad(StringBuilder text, long number, int width) {
    String digits = Long.toString(number);
    for (int i = digits.length(); i < width; i++) {
      text.append('0');
    }
    return text.append(digits);
  }
}
