package dev.nonroot.examples;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kubernetes example's manifests: their fields, and what Pod Security says of them. */
class ManifestsIT {
  /** Every manifest; a kustomization is read by kustomize, in run.sh. */
  static List<String> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(Manifests.FOLDER)) {
      List<String> names =
          files
              .map(file -> Manifests.FOLDER.relativize(file).toString())
              .filter(name -> name.endsWith(".yaml") && !name.startsWith("target/"))
              .filter(name -> !name.endsWith("kustomization.yaml") && !name.startsWith("overlays/"))
              .sorted()
              .toList();
      assertTrue(names.contains("base/deployment.yaml"), () -> "manifests are found: " + names);
      return names;
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void hasOnlyFieldsThatKubernetesKnows(String name) throws IOException {
    JsonObject manifest = Manifests.read(name);
    assertDoesNotThrow(() -> Manifests.check(manifest));
  }

  @ParameterizedTest
  @CsvSource({
    "base/deployment.yaml, spec",
    "base/deployment.yaml, spec/template/spec",
    "base/deployment.yaml, spec/template/spec/securityContext",
    "base/deployment.yaml, spec/template/spec/containers/0",
    "base/deployment.yaml, spec/template/spec/containers/0/securityContext/capabilities",
    "base/deployment.yaml, spec/template/spec/containers/0/readinessProbe/httpGet",
    "base/namespace.yaml, metadata",
    "foreign/init-container.yaml, spec/template/spec/initContainers/0/volumeMounts/0",
    "foreign/image-volume.yaml, spec/template/spec/volumes/0/image",
    "kyverno/mutated-pod.yaml, spec/containers/0/env/0",
    "kyverno/mutating-policy.yaml, metadata",
    "kyverno/mutating-policy.yaml, spec",
    "kyverno/mutating-policy.yaml, spec/matchConstraints/resourceRules/0",
    "kyverno/mutating-policy.yaml, spec/matchConditions/0",
    "kyverno/mutating-policy.yaml, spec/variables/0",
    "kyverno/mutating-policy.yaml, spec/mutations/0/applyConfiguration",
    "kyverno/mutating-policy.yaml, spec/mutations/1/jsonPatch",
  })
  void aWrongFieldIsFound(String name, String where) throws IOException {
    JsonObject manifest = Manifests.read(name);
    Manifests.at(manifest, where).getAsJsonObject().addProperty("runAsNonroot", true);
    assertThrows(Exception.class, () -> Manifests.check(manifest));
  }

  @ParameterizedTest
  @CsvSource({
    "spec/template/spec/securityContext, runAsUser, '\"nobody\"'",
    "spec/template/spec/securityContext, runAsNonRoot, '{}'",
    "spec/template/spec/containers/0, command, '\"java\"'",
    "spec, selector, null",
  })
  void aWrongTypeIsFound(String where, String key, String value) throws IOException {
    JsonObject manifest = Manifests.read("base/deployment.yaml");
    Manifests.at(manifest, where).getAsJsonObject().add(key, JsonParser.parseString(value));
    assertThrows(Exception.class, () -> Manifests.check(manifest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base/deployment.yaml",
        "foreign/init-container.yaml",
        "foreign/image-volume.yaml"
      })
  void meetsPodSecurityRestricted(String name) throws IOException {
    assertEquals(List.of(), PodSecurity.broken(Manifests.podSpec(Manifests.read(name))));
  }

  @Test
  void theNamespaceEnforcesIt() throws IOException {
    JsonElement labels = Manifests.at(Manifests.read("base/namespace.yaml"), "metadata/labels");
    assertEquals(
        "restricted",
        labels.getAsJsonObject().get("pod-security.kubernetes.io/enforce").getAsString());
  }

  @Test
  void theAddedInitContainerMeetsItByItself() throws IOException {
    JsonObject pod = Manifests.podSpec(Manifests.read("kyverno/mutated-pod.yaml"));
    pod.remove("containers");
    assertEquals(List.of(), PodSecurity.broken(pod));
  }

  /** What each control of the standard is broken by; an empty value takes the field away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host Namespaces | . | hostNetwork | true",
        "Host Namespaces | . | hostPID | true",
        "Host Namespaces | . | hostIPC | true",
        "Volume Types | . | volumes | [{\"name\":\"a\",\"hostPath\":{\"path\":\"/\"}}]",
        "Volume Types | . | volumes | [{\"name\":\"a\",\"nfs\":{\"server\":\"a\",\"path\":\"/\"}}]",
        "Sysctls | securityContext | sysctls | [{\"name\":\"kernel.msgmax\",\"value\":\"1\"}]",
        "HostProcess | securityContext | windowsOptions | {\"hostProcess\":true}",
        "AppArmor | securityContext | appArmorProfile | {\"type\":\"Unconfined\"}",
        "SELinux | securityContext | seLinuxOptions | {\"type\":\"spc_t\"}",
        "SELinux | securityContext | seLinuxOptions | {\"role\":\"system_r\"}",
        "Running as Non-root user | securityContext | runAsUser | 0",
        "Running as Non-root user | containers/0/securityContext | runAsUser | 0",
        "Running as Non-root | securityContext | runAsNonRoot |",
        "Running as Non-root | containers/0/securityContext | runAsNonRoot | false",
        "Seccomp | securityContext | seccompProfile |",
        "Seccomp | containers/0/securityContext | seccompProfile | {\"type\":\"Unconfined\"}",
        "Privileged Containers | containers/0/securityContext | privileged | true",
        "Privilege Escalation | containers/0/securityContext | allowPrivilegeEscalation |",
        "Privilege Escalation | initContainers/0/securityContext | allowPrivilegeEscalation | true",
        "/proc Mount Type | containers/0/securityContext | procMount | \"Unmasked\"",
        "Capabilities | containers/0/securityContext | capabilities |",
        "Capabilities | containers/0/securityContext/capabilities | add | [\"NET_RAW\"]",
        "Capabilities | initContainers/0/securityContext/capabilities | drop | [\"NET_RAW\"]",
        "Host Ports | containers/0 | ports | [{\"containerPort\":80,\"hostPort\":80}]",
        "Host Probes / Lifecycle Hooks | containers/0/readinessProbe/httpGet | host | \"10.0.0.1\"",
      })
  void eachControlOfPodSecurityIsChecked(String control, String where, String key, String value)
      throws IOException {
    JsonObject pod = Manifests.podSpec(Manifests.read("foreign/init-container.yaml"));
    JsonObject object = where.equals(".") ? pod : Manifests.at(pod, where).getAsJsonObject();
    if (value == null) {
      object.remove(key);
    } else {
      object.add(key, JsonParser.parseString(value));
    }
    assertEquals(List.of(control), PodSecurity.broken(pod));
  }
}
