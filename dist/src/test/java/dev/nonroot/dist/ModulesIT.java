package dev.nonroot.dist;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The modules: front ends stand on jvm or on TeaVM, both stand on core, and no two on each other.
 */
class ModulesIT {
  @Test
  void modulesStandInOneDirection() {
    Path project = Tree.root().resolve("../../..").normalize();
    List<Path> modules =
        Stream.of("core", "jvm", "agent", "launcher", "native")
            .map(module -> project.resolve(module).resolve("target/classes"))
            .filter(Files::exists) // native is left out by -DskipNative
            .toList();
    JavaClasses classes = new ClassFileImporter().importPaths(modules);
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.nonroot..")
        .ensureAllClassesAreContainedInArchitecture()
        .layer("guard")
        .definedBy("dev.nonroot.guard", "dev.nonroot.report")
        .layer("launch")
        .definedBy("dev.nonroot.launch")
        .layer("the rest of core")
        .definedBy(
            "dev.nonroot",
            "dev.nonroot.text",
            "dev.nonroot.identity",
            "dev.nonroot.posix",
            "dev.nonroot.system",
            "dev.nonroot.account",
            "dev.nonroot.process",
            "dev.nonroot.stepdown",
            "dev.nonroot.ownership",
            "dev.nonroot.policy",
            "dev.nonroot.config")
        .layer("jvm")
        .definedBy("dev.nonroot.jvm..")
        .layer("agent")
        .definedBy("dev.nonroot.agent..")
        .layer("launcher")
        .definedBy("dev.nonroot.launcher..")
        .optionalLayer("native")
        .definedBy("dev.nonroot.teavm..")
        .whereLayer("jvm")
        .mayOnlyAccessLayers("the rest of core")
        .whereLayer("agent")
        .mayOnlyAccessLayers("jvm", "guard", "the rest of core")
        .whereLayer("launcher")
        .mayOnlyAccessLayers("jvm", "launch", "the rest of core")
        .whereLayer("native")
        .mayOnlyAccessLayers("guard", "launch", "the rest of core")
        .check(classes);
  }
}
