package dev.nonroot.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The controls of the Pod Security Standard "restricted", which include those of "baseline", as
 * Kubernetes 1.34 lists them for Linux.
 */
final class PodSecurity {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image", // since 1.33
          "persistentVolumeClaim",
          "projected",
          "secret");
  private static final Set<String> SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.ping_group_range",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_syncookies");
  private static final Set<String> SELINUX_TYPES =
      Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");
  private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");
  private static final JsonObject NONE = new JsonObject();

  private final JsonObject pod;
  private final List<String> broken = new ArrayList<>();

  private PodSecurity(JsonObject pod) {
    this.pod = pod;
  }

  /** The names of the controls that a pod's spec breaks, each once. */
  static List<String> broken(JsonObject podSpec) {
    PodSecurity check = new PodSecurity(podSpec);
    check.pod();
    for (String kind : List.of("initContainers", "containers", "ephemeralContainers")) {
      for (JsonElement container : array(podSpec, kind)) {
        check.container(container.getAsJsonObject());
      }
    }
    return check.broken.stream().distinct().toList();
  }

  private void require(boolean holds, String control) {
    if (!holds) {
      broken.add(control);
    }
  }

  private void pod() {
    for (String namespace : List.of("hostNetwork", "hostPID", "hostIPC")) {
      require(!isTrue(pod, namespace), "Host Namespaces");
    }
    for (JsonElement element : array(pod, "volumes")) {
      JsonObject volume = element.getAsJsonObject();
      require(
          volume.size() == 2
              && volume.keySet().stream()
                  .allMatch(key -> key.equals("name") || VOLUMES.contains(key)),
          "Volume Types");
    }
    JsonObject context = object(pod, "securityContext");
    both(context);
    for (JsonElement sysctl : array(context, "sysctls")) {
      require(SYSCTLS.contains(text(sysctl.getAsJsonObject(), "name")), "Sysctls");
    }
  }

  private void container(JsonObject container) {
    JsonObject context = object(container, "securityContext");
    JsonObject podContext = object(pod, "securityContext");
    both(context);
    require(!isTrue(context, "privileged"), "Privileged Containers");
    require(
        !context.has("procMount") || text(context, "procMount").equals("Default"),
        "/proc Mount Type");
    require(isFalse(context, "allowPrivilegeEscalation"), "Privilege Escalation");
    require(
        context.has("runAsNonRoot")
            ? isTrue(context, "runAsNonRoot")
            : isTrue(podContext, "runAsNonRoot"),
        "Running as Non-root");
    require(
        SECCOMP.contains(
            text(
                object(context.has("seccompProfile") ? context : podContext, "seccompProfile"),
                "type")),
        "Seccomp");
    JsonObject capabilities = object(context, "capabilities");
    require(all(capabilities, "add", "NET_BIND_SERVICE"::equals), "Capabilities");
    require(
        array(capabilities, "drop").asList().stream().anyMatch(c -> c.getAsString().equals("ALL")),
        "Capabilities");
    for (JsonElement port : array(container, "ports")) {
      JsonElement host = port.getAsJsonObject().get("hostPort");
      require(host == null || host.getAsInt() == 0, "Host Ports");
    }
    JsonObject lifecycle = object(container, "lifecycle");
    for (JsonObject handler :
        List.of(
            object(container, "livenessProbe"),
            object(container, "readinessProbe"),
            object(container, "startupProbe"),
            object(lifecycle, "postStart"),
            object(lifecycle, "preStop"))) {
      for (String action : List.of("httpGet", "tcpSocket")) {
        require(text(object(handler, action), "host").isEmpty(), "Host Probes / Lifecycle Hooks");
      }
    }
  }

  /** What a pod's security context and a container's have in common. */
  private void both(JsonObject context) {
    require(!isTrue(object(context, "windowsOptions"), "hostProcess"), "HostProcess");
    require(!isFalse(context, "runAsNonRoot"), "Running as Non-root");
    require(
        !context.has("runAsUser") || context.get("runAsUser").getAsLong() != 0,
        "Running as Non-root user");
    require(!text(object(context, "seccompProfile"), "type").equals("Unconfined"), "Seccomp");
    require(!text(object(context, "appArmorProfile"), "type").equals("Unconfined"), "AppArmor");
    Map<String, JsonElement> selinux = object(context, "seLinuxOptions").asMap();
    require(
        SELINUX_TYPES.contains(text(object(context, "seLinuxOptions"), "type"))
            && !selinux.containsKey("user")
            && !selinux.containsKey("role"),
        "SELinux");
  }

  private static boolean all(JsonObject object, String key, Predicate<String> test) {
    return array(object, key).asList().stream().map(JsonElement::getAsString).allMatch(test);
  }

  private static boolean isTrue(JsonObject object, String key) {
    return object.has(key) && object.get(key).getAsBoolean();
  }

  private static boolean isFalse(JsonObject object, String key) {
    return object.has(key) && !object.get(key).getAsBoolean();
  }

  private static JsonObject object(JsonObject object, String key) {
    return object.has(key) ? object.getAsJsonObject(key) : NONE;
  }

  private static JsonArray array(JsonObject object, String key) {
    return object.has(key) ? object.getAsJsonArray(key) : new JsonArray();
  }

  private static String text(JsonObject object, String key) {
    return object.has(key) ? object.get(key).getAsString() : "";
  }
}
