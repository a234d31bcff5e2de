package dev.nonroot;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.PrintStream;
import java.util.Formatter;
import org.junit.jupiter.api.Test;

/** The rooms of core, and what core must not use. */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.nonroot");

  /** A room that is not named here breaks this test, too. */
  @Test
  void aRoomUsesWhatLiesBelowIt() {
    String[] low = {"root", "text", "identity", "posix", "system"};
    String[] facts = {"root", "text", "identity", "posix", "system", "account", "process"};
    String[] verdicts = {
      "root", "text", "identity", "posix", "system", "account", "process", "policy"
    };
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.nonroot..")
        .ensureAllClassesAreContainedInArchitecture()
        .layer("root")
        .definedBy("dev.nonroot")
        .layer("text")
        .definedBy("dev.nonroot.text")
        .layer("identity")
        .definedBy("dev.nonroot.identity")
        .layer("posix")
        .definedBy("dev.nonroot.posix")
        .layer("system")
        .definedBy("dev.nonroot.system")
        .layer("account")
        .definedBy("dev.nonroot.account")
        .layer("process")
        .definedBy("dev.nonroot.process")
        .layer("stepdown")
        .definedBy("dev.nonroot.stepdown")
        .layer("policy")
        .definedBy("dev.nonroot.policy")
        .layer("config")
        .definedBy("dev.nonroot.config")
        .layer("report")
        .definedBy("dev.nonroot.report")
        .layer("guard")
        .definedBy("dev.nonroot.guard")
        .layer("launch")
        .definedBy("dev.nonroot.launch")
        .whereLayer("root")
        .mayNotAccessAnyLayer()
        .whereLayer("text")
        .mayNotAccessAnyLayer()
        .whereLayer("identity")
        .mayOnlyAccessLayers("root", "text")
        .whereLayer("posix")
        .mayOnlyAccessLayers("root", "text", "identity")
        .whereLayer("system")
        .mayOnlyAccessLayers("root", "text", "identity", "posix")
        .whereLayer("account")
        .mayOnlyAccessLayers(low)
        .whereLayer("process")
        .mayOnlyAccessLayers(low)
        .whereLayer("stepdown")
        .mayOnlyAccessLayers(facts)
        .whereLayer("policy")
        .mayOnlyAccessLayers(facts)
        .whereLayer("config")
        .mayOnlyAccessLayers(verdicts)
        .whereLayer("report")
        .mayOnlyAccessLayers(verdicts)
        .whereLayer("guard")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("launch")
        .mayNotBeAccessedByAnyLayer()
        .check(CORE);
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
