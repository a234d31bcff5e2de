package dev.nonroot;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import dev.nonroot.text.Words;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Formatter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The rooms of core, and what core must not use. */
class ArchitectureTest {
  private static final String ROOT = "dev.nonroot";

  /** How the picture writes a room. */
  private static final String PICTURED = "core/";

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** The rooms of each line of the picture in CONTRIBUTING.md, from the top down. */
  private static List<Set<String>> floors() throws IOException {
    List<Set<String>> floors = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("../CONTRIBUTING.md"))) {
      Set<String> rooms = new TreeSet<>();
      for (String word : Words.split(line, ' ')) {
        if (line.startsWith(PICTURED) && word.startsWith(PICTURED)) {
          rooms.add("dev.nonroot." + word.substring(PICTURED.length()));
        }
      }
      if (!rooms.isEmpty()) {
        floors.add(rooms);
      }
    }
    return floors;
  }

  @Test
  void everyRoomIsInThePicture() throws IOException {
    Set<String> pictured = new TreeSet<>(Set.of(ROOT));
    floors().forEach(pictured::addAll);
    Set<String> rooms = new TreeSet<>();
    CORE.forEach(type -> rooms.add(type.getPackageName()));
    assertEquals(rooms, pictured);
  }

  @Test
  void aRoomUsesOnlyWhatLiesBelowIt() throws IOException {
    Set<String> below = new TreeSet<>(Set.of(ROOT));
    noClasses().that().resideInAPackage(ROOT).should(dependOnRoomsBut(below)).check(CORE);
    List<Set<String>> upwards = floors();
    Collections.reverse(upwards);
    for (Set<String> floor : upwards) {
      for (String room : floor) {
        Set<String> allowed = new TreeSet<>(below);
        allowed.add(room);
        noClasses().that().resideInAPackage(room).should(dependOnRoomsBut(allowed)).check(CORE);
      }
      below.addAll(floor);
    }
  }

  private static ArchCondition<JavaClass> dependOnRoomsBut(Set<String> allowed) {
    return ArchConditions.dependOnClassesThat(
        resideInAPackage("dev.nonroot..")
            .and(not(resideInAnyPackage(allowed.toArray(new String[0])))));
  }

  /** A small ahead-of-time compiler makes C of core: this it cannot take, or makes large. */
  @Test
  void coreIsPlainJava() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.lang.invoke..",
                    "java.lang.reflect..",
                    "java.net..",
                    "java.nio..",
                    "java.util.concurrent..",
                    "java.util.logging..",
                    "java.util.regex..",
                    "java.util.stream..")
                .or(type(File.class))
                .or(type(Formatter.class))
                .or(type(PrintStream.class)))
        .check(CORE);
    noClasses()
        .should()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "split", String.class)
        .orShould()
        .callMethod(String.class, "matches", String.class)
        .orShould()
        .callMethod(String.class, "replaceAll", String.class, String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(CORE);
  }
}
