package dev.nonroot.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  private static final DateTimeFormatter EXPECTED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static void assertIsThat(String time) {
    assertEquals(time, Rfc3339.format(Instant.parse(time).toEpochMilli()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "1969-12-31T00:00:00.000Z",
        "1900-02-28T12:00:00.001Z",
        "1900-03-01T00:00:00.000Z",
        "1600-02-29T23:59:59.999Z",
        "0001-01-01T00:00:00.000Z",
        "2000-02-29T00:00:00.000Z",
        "2000-03-01T00:00:00.000Z",
        "2004-12-31T23:59:59.999Z",
        "2023-02-28T23:59:59.999Z",
        "2024-02-29T01:02:03.045Z",
        "2024-03-01T00:00:00.000Z",
        "2038-01-19T03:14:08.000Z",
        "2100-02-28T23:59:59.999Z",
        "2100-03-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
      })
  void formatsTimes(String time) {
    assertIsThat(time);
  }

  @Test
  void formatsEveryDayOfFourCenturies() {
    long day = 86_400_000L;
    long start = Instant.parse("1799-01-01T00:00:00Z").toEpochMilli();
    for (long i = 0; i < 146_097 + 800; i++) {
      long time = start + i * day + i * 589 % day;
      assertEquals(EXPECTED.format(Instant.ofEpochMilli(time)), Rfc3339.format(time));
    }
  }
}
