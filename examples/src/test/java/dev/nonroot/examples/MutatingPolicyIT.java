package dev.nonroot.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Does with the policy what an API server does: its expressions are evaluated, and what comes of
 * them is applied. So the pod that run.sh plays is the one that the policy makes.
 */
class MutatingPolicyIT {
  /** By what the elements of a pod's lists are told apart when a configuration is applied. */
  private static final Map<String, String> KEYS =
      Map.of("containers", "name", "volumes", "name", "env", "name", "volumeMounts", "mountPath");

  private final Cel cel = new Cel();
  private final JsonObject spec = read("kyverno/mutating-policy.yaml").getAsJsonObject("spec");

  private static JsonObject read(String name) {
    try {
      return Manifests.read(name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean matches(JsonObject pod) {
    for (JsonElement condition : spec.getAsJsonArray("matchConditions")) {
      String expression = condition.getAsJsonObject().get("expression").getAsString();
      if (!cel.evaluate(expression, plain(pod), Map.of()).getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  private JsonObject mutate(JsonObject pod) {
    assertTrue(matches(pod), () -> "the policy is for " + pod);
    Object object = plain(pod);
    Map<String, Object> variables = new LinkedHashMap<>();
    for (JsonElement variable : spec.getAsJsonArray("variables")) {
      JsonObject v = variable.getAsJsonObject();
      String expression = v.get("expression").getAsString();
      variables.put(v.get("name").getAsString(), cel.value(expression, object, variables));
    }
    JsonObject mutated = pod.deepCopy();
    for (JsonElement element : spec.getAsJsonArray("mutations")) {
      JsonObject mutation = element.getAsJsonObject();
      String type = mutation.get("patchType").getAsString();
      String field = Character.toLowerCase(type.charAt(0)) + type.substring(1);
      String key = type.equals("JSONPatch") ? "jsonPatch" : field;
      String expression = mutation.getAsJsonObject(key).get("expression").getAsString();
      JsonElement value = cel.evaluate(expression, plain(mutated), variables);
      if (type.equals("JSONPatch")) {
        value.getAsJsonArray().forEach(patch -> add(mutated, patch.getAsJsonObject()));
      } else {
        apply(mutated, value.getAsJsonObject());
      }
    }
    return mutated;
  }

  /** RFC 6902, as far as the policy needs it: "add" to an object or before a list's element. */
  private static void add(JsonObject to, JsonObject patch) {
    assertEquals("add", patch.get("op").getAsString());
    String path = patch.get("path").getAsString();
    String last = path.substring(path.lastIndexOf('/') + 1);
    JsonElement parent = Manifests.at(to, path.substring(1, path.lastIndexOf('/')));
    if (parent.isJsonObject()) {
      parent.getAsJsonObject().add(last, patch.get("value"));
    } else {
      List<JsonElement> list = parent.getAsJsonArray().asList();
      list.add(Integer.parseInt(last), patch.get("value"));
    }
  }

  private static void apply(JsonObject to, JsonObject configuration) {
    configuration
        .asMap()
        .forEach(
            (key, value) -> {
              if (value.isJsonArray()) {
                applyList(to, key, value.getAsJsonArray());
              } else if (value.isJsonObject() && to.has(key)) {
                apply(to.getAsJsonObject(key), value.getAsJsonObject());
              } else {
                to.add(key, value);
              }
            });
  }

  private static void applyList(JsonObject to, String name, JsonArray elements) {
    assertTrue(KEYS.containsKey(name), () -> name + " is an atomic list, which is refused");
    String key = KEYS.get(name);
    if (!to.has(name)) {
      to.add(name, new JsonArray());
    }
    for (JsonElement element : elements) {
      JsonObject given = element.getAsJsonObject();
      to.getAsJsonArray(name).asList().stream()
          .map(JsonElement::getAsJsonObject)
          .filter(existing -> existing.get(key).equals(given.get(key)))
          .findFirst()
          .ifPresentOrElse(
              existing -> apply(existing, given), () -> to.getAsJsonArray(name).add(given));
    }
  }

  private static Object plain(JsonElement json) {
    return new Gson().fromJson(json, Object.class);
  }

  @Test
  void makesThePodThatIsPlayed() throws IOException {
    JsonObject mutated = mutate(read("kyverno/pod.yaml"));
    assertEquals(read("kyverno/mutated-pod.yaml"), mutated);
    Manifests.check(mutated);
  }

  @Test
  void anotherAgentInThePlayedPodIsNoticed() {
    JsonObject pod = read("kyverno/pod.yaml");
    Manifests.at(pod, "spec/containers/0/env/0").getAsJsonObject().addProperty("value", "-Xmx1m");
    assertFalse(read("kyverno/mutated-pod.yaml").equals(mutate(pod)));
  }

  @Test
  void aPodThatHasTheAgentIsLeftAlone() {
    assertFalse(matches(mutate(read("kyverno/pod.yaml"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eclipse-temurin:21-jre",
        "docker.io/library/eclipse-temurin@sha256:0123",
        "amazoncorretto",
        "registry.example:5000/team/orders-java:1.2",
      })
  void findsAJavaImageByItsName(String image) {
    assertTrue(matches(withoutLabel(image)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nginx:1.29",
        "registry.example/orders:1.2",
        "not-openjdk-tools",
        "java-docs/nginx"
      })
  void missesEveryOther(String image) {
    assertFalse(matches(withoutLabel(image)));
  }

  private static JsonObject withoutLabel(String image) {
    JsonObject pod = read("kyverno/pod.yaml");
    pod.getAsJsonObject("metadata").remove("labels");
    Manifests.at(pod, "spec/containers/0").getAsJsonObject().addProperty("image", image);
    return pod;
  }

  /** Beside Java there are other containers, other init containers and other volumes. */
  @Test
  void leavesTheRestOfAPodAsItIs() throws IOException {
    JsonObject pod = withoutLabel("openjdk:21");
    JsonObject podSpec = pod.getAsJsonObject("spec");
    podSpec.add("volumes", parse("[{'name':'data','emptyDir':{}}]"));
    podSpec.add("initContainers", parse("[{'name':'migrate','image':'migrate'}]"));
    podSpec.getAsJsonArray("containers").add(parse("{'name':'proxy','image':'nginx'}"));
    JsonObject java = Manifests.at(podSpec, "containers/0").getAsJsonObject();
    java.remove("env");
    java.add("volumeMounts", parse("[{'name':'data','mountPath':'/data'}]"));
    JsonObject mutated = mutate(pod);
    Manifests.check(mutated);
    JsonObject after = mutated.getAsJsonObject("spec");
    assertEquals("[\"nonroot\",\"migrate\"]", names(after, "initContainers"));
    assertEquals("[\"data\",\"nonroot\"]", names(after, "volumes"));
    assertEquals(parse("{'name':'proxy','image':'nginx'}"), Manifests.at(after, "containers/1"));
    assertEquals(
        parse(
            "[{'name':'data','mountPath':'/data'},"
                + "{'name':'nonroot','mountPath':'/opt/nonroot','readOnly':true}]"),
        Manifests.at(after, "containers/0/volumeMounts"));
    assertEquals(
        "-javaagent:/opt/nonroot/nonroot-agent.jar=action=warn",
        Manifests.at(after, "containers/0/env/0/value").getAsString());
  }

  private static JsonElement parse(String json) {
    return JsonParser.parseString(json.replace('\'', '"'));
  }

  private static String names(JsonObject of, String list) {
    JsonArray names = new JsonArray();
    of.getAsJsonArray(list).forEach(e -> names.add(e.getAsJsonObject().get("name")));
    return names.toString();
  }

  /** What an API server would not take is not taken here either. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "expected type 'string' but found 'bool' | {\"name\": \"a\", \"readOnly\": true}",
        "undeclared reference to 'Objekt' | Objekt{spec: 1}",
        "undefined field 'runAsNonroot' | Object.spec.securityContext{runAsNonroot: true}",
        "undeclared reference to 'd' | object.spec.containers.map(c, d.name)",
        "missing ')' | variables.java.map(c, c.name",
      })
  void aWrongExpressionIsFound(String message, String expression) {
    Object pod = plain(read("kyverno/pod.yaml"));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> cel.evaluate(expression, pod, Map.of()));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }
}
