package dev.nonroot.dist.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The native files as files: what they need, and what they show. See elf(5). */
class BinaryIT {
  /** More than the goal, 320 KB: see docs/benchmarks.md. */
  private static final int MOST_BYTES = 350 * 1024;

  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int SHT_DYNSYM = 11;

  private static ByteBuffer elf(Path file) throws IOException {
    Root.required(Files.exists(file), file.getFileName() + " (built without -DskipNative)");
    ByteBuffer elf = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x7f | 'E' << 8 | 'L' << 16 | 'F' << 24, elf.getInt(0));
    return elf;
  }

  private static List<Integer> segments(ByteBuffer elf) {
    List<Integer> types = new ArrayList<>();
    for (int i = 0; i < elf.getShort(56); i++) {
      types.add(elf.getInt((int) elf.getLong(32) + i * elf.getShort(54)));
    }
    return types;
  }

  /** The names that the dynamic symbol table defines. */
  private static List<String> exports(ByteBuffer elf) {
    List<String> names = new ArrayList<>();
    int sections = (int) elf.getLong(40);
    int size = elf.getShort(58);
    for (int i = 0; i < elf.getShort(60); i++) {
      int section = sections + i * size;
      if (elf.getInt(section + 4) == SHT_DYNSYM) {
        int strings = (int) elf.getLong(sections + elf.getInt(section + 40) * size + 24);
        int start = (int) elf.getLong(section + 24);
        int end = start + (int) elf.getLong(section + 32);
        for (int symbol = start; symbol < end; symbol += 24) {
          if (elf.getShort(symbol + 6) != 0) {
            names.add(string(elf, strings + elf.getInt(symbol)));
          }
        }
      }
    }
    return names;
  }

  private static String string(ByteBuffer elf, int start) {
    StringBuilder text = new StringBuilder();
    for (int i = start; elf.get(i) != 0; i++) {
      text.append((char) elf.get(i));
    }
    return text.toString();
  }

  @Test
  void theLauncherNeedsNothingAndIsSmall() throws Exception {
    Path binary = Open.tree().resolve("bin/nonroot");
    List<Integer> segments = segments(elf(binary));
    assertFalse(segments.contains(PT_INTERP), segments.toString());
    assertFalse(segments.contains(PT_DYNAMIC), segments.toString());
    assertTrue(Files.size(binary) <= MOST_BYTES, Files.size(binary) + " bytes");
  }

  /** Nothing of it can be called by accident, or take the place of a function of the JVM's. */
  @Test
  void theAgentShowsItsEntryPointAlone() throws Exception {
    ByteBuffer elf = elf(Open.tree().resolve("lib/libnonroot.so"));
    assertFalse(segments(elf).contains(PT_INTERP));
    assertEquals(List.of("Agent_OnLoad"), exports(elf));
  }
}
