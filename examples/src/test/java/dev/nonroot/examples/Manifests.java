package dev.nonroot.examples;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1beta1MutatingAdmissionPolicySpec;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests of the Kubernetes example, and the models of Kubernetes' own client for them. */
final class Manifests {
  static final Path FOLDER = Path.of("kubernetes").toAbsolutePath();

  /**
   * The fields that Kyverno's MutatingPolicySpec shares with Kubernetes'
   * MutatingAdmissionPolicySpec; of those that it adds, the example uses none, so the latter's
   * model checks all of it.
   */
  private static final Set<String> SHARED =
      Set.of("failurePolicy", "matchConditions", "matchConstraints", "mutations", "variables");

  private Manifests() {}

  /** The one document of a file; a key that is given twice is an error. */
  static JsonObject read(String name) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    try (Reader reader = Files.newBufferedReader(FOLDER.resolve(name))) {
      Object loaded = new Yaml(new SafeConstructor(strict)).load(reader);
      return new Gson().toJsonTree(loaded).getAsJsonObject();
    }
  }

  /**
   * Checks a manifest against the model of its kind, at all depths.
   *
   * @throws RuntimeException if a field is unknown, missing, or of another type
   * @throws IOException likewise
   */
  static void check(JsonObject manifest) throws IOException {
    String kind =
        manifest.get("apiVersion").getAsString() + " " + manifest.get("kind").getAsString();
    switch (kind) {
      case "v1 Namespace" -> V1Namespace.fromJson(manifest.toString());
      case "v1 Pod" -> V1Pod.fromJson(manifest.toString());
      case "apps/v1 Deployment" -> V1Deployment.fromJson(manifest.toString());
      case "policies.kyverno.io/v1 MutatingPolicy" -> checkPolicy(manifest);
      default -> throw new IllegalArgumentException("no model for " + kind);
    }
  }

  private static void checkPolicy(JsonObject manifest) throws IOException {
    if (!manifest.keySet().equals(Set.of("apiVersion", "kind", "metadata", "spec"))) {
      throw new IllegalArgumentException("the fields are " + manifest.keySet());
    }
    JsonObject spec = manifest.getAsJsonObject("spec");
    if (!SHARED.containsAll(spec.keySet())) {
      throw new IllegalArgumentException("the fields are " + spec.keySet());
    }
    V1beta1MutatingAdmissionPolicySpec.fromJson(spec.toString());
    JsonObject bearer = new JsonObject();
    bearer.add("metadata", manifest.get("metadata"));
    V1Namespace.fromJson(bearer.toString());
  }

  /** The spec of a pod, or of the pods of a Deployment. */
  static JsonObject podSpec(JsonObject manifest) {
    JsonObject spec = manifest.getAsJsonObject("spec");
    return spec.has("template") ? spec.getAsJsonObject("template").getAsJsonObject("spec") : spec;
  }

  /** What a path of names and list indexes leads to: {@code containers/0/image}. */
  static JsonElement at(JsonElement start, String path) {
    JsonElement element = start;
    for (String step : path.split("/", -1)) {
      element =
          element.isJsonArray()
              ? element.getAsJsonArray().get(Integer.parseInt(step))
              : element.getAsJsonObject().get(step);
    }
    return element;
  }
}
