#!/usr/bin/env bash
# The manifests of this folder, run by "podman play kube": no cluster is needed. What only a cluster
# does is not shown: podman does not heed runAsNonRoot, nor the namespace's Pod Security.
#
#   BUSYBOX_IMAGE   an image with a static /bin/busybox; without it JAVA_IMAGE
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"

images() {
  local jdk
  [[ $CONTAINER_ENGINE == podman ]] || die 'only podman plays the manifests of Kubernetes'
  jdk=$(java_home)
  mkdir -p "$work/classes"
  "$jdk/bin/javac" --release 17 -d "$work/classes" "$here/App.java"
  "$jdk/bin/jar" --create --file "$here/target/app.jar" --main-class App -C "$work/classes" .
  build nonroot-kubernetes
  build nonroot-kubernetes-foreign -f "$here/foreign.Dockerfile"
  build nonroot-init -f "$repository/dist/src/main/container/init.Dockerfile" \
    --build-arg BUSYBOX_IMAGE="${BUSYBOX_IMAGE:-$JAVA_IMAGE}"
  if [[ -n $own ]]; then
    "$repository/src/script/install-packages" --needed-by 'a pod' catatonit:catatonit
    engine image inspect localhost/nonroot-example-kustomize >/dev/null 2>&1 \
      || "$repository/src/script/containers" debian-image "$own" \
        localhost/nonroot-example-kustomize trixie kustomize extract
  fi
}

# Debian's kustomize; with an engine of this machine's, its kubectl.
kustomize() {
  if [[ -n $own ]]; then
    engine run --rm --volume "$here:$here:ro" localhost/nonroot-example-kustomize \
      kustomize build "$1"
  else
    kubectl kustomize "$1"
  fi
}

# variant NAME PATCH: the refusing overlay with a JSON patch of its Deployment; prints its file.
variant() {
  mkdir "$work/$1"
  printf '%s\n' "resources: [$(realpath --relative-to="$work/$1" "$here/overlays/refuse")]" \
    'patches:' '  - target: {kind: Deployment}' "    patch: '$2'" >"$work/$1/kustomization.yaml"
  kustomize "$work/$1" >"$work/$1.yaml"
  echo "$work/$1.yaml"
}

# play POD FILE: without restarts, so that an end can be seen; and podman 4.3 restarts init
# containers too.
play() {
  is_free pod "$1"
  is_free volume nonroot
  pods=("$1")
  volumes=(nonroot)
  sed 's/^\( *\)containers:$/\1restartPolicy: Never\n&/' "$2" >"$work/play.yaml"
  engine play kube --network none "$work/play.yaml" >"$work/play.log" 2>&1 \
    || die "$2 cannot be played: $(<"$work/play.log")"
}

without_security_context() {
  awk '{ match($0, /^ */) } indent == "" || RLENGTH <= indent { indent = 1000 }
    $1 == "securityContext:" && indent == 1000 { indent = RLENGTH } indent == 1000' "$1"
}

# Until the server answers, or has ended: sets err to its log.
settle() {
  wait_for 60 settled "$1" || die "$1 is neither ready nor ended"
  engine logs "$1" >"$work/out" 2>"$work/err"
  err=$(grep -v '^Picked up ' "$work/err" || true)
}

settled() {
  engine logs "$1" 2>/dev/null | grep -q '^ready$' \
    || [[ $(engine inspect --format '{{.State.Status}}' "$1") == exited ]]
}

exit_code_of() { engine inspect --format '{{.State.ExitCode}}' "$1"; }

remove_pod() {
  end_pod "$1"
  engine volume rm --force nonroot >/dev/null 2>&1 || true
  pods=()
  volumes=()
}

begin
images
meant='uid 10001, gid 10001, groups 10001, capabilities none, no_new_privs 1'

title '1. A Deployment that Pod Security "restricted" admits' \
  'kubectl apply -k overlays/refuse'
kustomize "$here/overlays/refuse" >"$work/refuse.yaml"
play orders-pod-0 "$work/refuse.yaml"
settle orders-pod-0-orders
expect 'every thread, as the host sees it' "$(threads_of orders-pod-0-orders)" "$meant"
expect 'the agent says' "$err" ''
# shellcheck disable=SC2016 # the container's
mode=$(engine exec orders-pod-0-orders sh -c 'echo "$NONROOT_ACTION"')
expect 'its mode' "$mode" refuse
engine stop --time 10 orders-pod-0-orders >/dev/null
expect 'the exit code after SIGTERM' "$(exit_code_of orders-pod-0-orders)" 143
remove_pod orders-pod-0

title '2. The same without its securityContext: the USER is still 10001, and that is all'
file=$(variant no-context '[{"op":"remove","path":"/spec/template/spec/securityContext"},
  {"op":"remove","path":"/spec/template/spec/containers/0/securityContext"}]')
play orders-pod-0 "$file"
settle orders-pod-0-orders
expect 'the agent says' "$err" 'nonroot: refused: *[[]no-new-privs[]]*'
expect 'the exit code' "$(exit_code_of orders-pod-0-orders)" 77
remove_pod orders-pod-0

title '3. The same with runAsUser: 0: the kubelet refuses it, for runAsNonRoot; podman does not'
file=$(variant root \
  '[{"op":"replace","path":"/spec/template/spec/securityContext/runAsUser","value":0}]')
expect 'runAsNonRoot is' "$(grep -c 'runAsNonRoot: true' "$file")" 1
play orders-pod-0 "$file"
settle orders-pod-0-orders
expect 'the agent says' "$err" 'nonroot: refused: this JVM runs as root (uid 0) [[]root-uid[]]*'
expect 'the exit code' "$(exit_code_of orders-pod-0-orders)" 77
remove_pod orders-pod-0

title '4. Without the overlay: it only warns, and the application runs' 'kubectl apply -k base'
kustomize "$here/base" >"$work/base.yaml"
sed '/allowPrivilegeEscalation/d' "$work/base.yaml" >"$work/lax.yaml"
play orders-pod-0 "$work/lax.yaml"
settle orders-pod-0-orders
expect 'the agent says of a missing allowPrivilegeEscalation: false' "$err" \
  'nonroot: warning: *[[]no-new-privs[]]*'
expect 'the application says' "$(<"$work/out")" ready
remove_pod orders-pod-0

title '5. An image that cannot be rebuilt: the agent by an init container and a volume' \
  'kubectl apply -f foreign/init-container.yaml'
play billing-pod-0 "$here/foreign/init-container.yaml"
settle billing-pod-0-billing
expect 'every thread, as the host sees it' "$(threads_of billing-pod-0-billing)" "$meant"
agent=$(sed -n 's/^Picked up .*:\([^:]*\)$/\1/p' "$work/err")
expect 'the agent is there, and says no more than the JVM' "$err$agent" \
  '/opt/nonroot/nonroot-agent.jar=profile=restricted'
expect 'the application cannot write to the volume' \
  "$(engine exec billing-pod-0-billing touch /opt/nonroot/nonroot-agent.jar 2>&1 || true)" \
  '*Read-only file system*'
remove_pod billing-pod-0
without_security_context "$here/foreign/init-container.yaml" >"$work/foreign.yaml"
play billing-pod-0 "$work/foreign.yaml"
settle billing-pod-0-billing
expect 'without a securityContext' "$err" \
  'nonroot: refused: this JVM runs as root (uid 0) [[]root-uid[]]*'
expect 'the exit code' "$(exit_code_of billing-pod-0-billing)" 77
remove_pod billing-pod-0

title '6. Without a copy: the tools image is the volume (podman mounts it, but does not play it)' \
  'kubectl apply -f foreign/image-volume.yaml'
mounted=(--mount 'type=image,source=localhost/nonroot,destination=/nonroot'
  --env "JAVA_TOOL_OPTIONS=$(sed -n 's/^ *value: \(-javaagent.*\)/\1/p' \
    "$here/foreign/image-volume.yaml")")
run_container "${mounted[@]}" --user 10001:10001 --cap-drop ALL \
  --security-opt no-new-privileges localhost/nonroot-kubernetes-foreign java -jar /app/app.jar who
expect 'as uid 10001' "$exit_code $out" '0 user.name is *'
run_container "${mounted[@]}" localhost/nonroot-kubernetes-foreign java -jar /app/app.jar who
expect 'as root' "$exit_code ${err%%$'\n'*}" '77 nonroot: refused: this JVM runs as root (uid 0) *'

title '7. A plain pod, as the policy for the cluster changes it' \
  'kubectl apply -f kyverno/mutating-policy.yaml'
play legacy "$here/kyverno/mutated-pod.yaml"
settle legacy-legacy
expect 'the agent says' "${err%%$'\n'*}" \
  'nonroot: warning: this JVM runs as root (uid 0) [[]root-uid[]]'
expect "the application's own option is heeded" \
  "$(engine exec legacy-legacy jcmd 1 VM.flags 2>/dev/null | grep -o 'MaxRAMPercentage=[0-9]*')" \
  'MaxRAMPercentage=50'
remove_pod legacy
sed 's/action=warn/action=refuse/' "$here/kyverno/mutated-pod.yaml" >"$work/mutated.yaml"
play legacy "$work/mutated.yaml"
settle legacy-legacy
expect 'with action=refuse in the policy' "${err%%$'\n'*}" \
  'nonroot: refused: this JVM runs as root (uid 0) [[]root-uid[]]'
expect 'the exit code' "$(exit_code_of legacy-legacy)" 77
remove_pod legacy

title '8. As on OpenShift: an arbitrary uid that no file has, and gid 0'
arbitrary=(--user 1000670000:0 --passwd=false --cap-drop ALL --security-opt no-new-privileges)
run_container "${arbitrary[@]}" localhost/nonroot-kubernetes java -jar /app/app.jar who
expect 'profile=baseline' "$exit_code $out$err" '0 user.name is [?]'
run_container "${arbitrary[@]}" --env NONROOT_PROFILE=restricted localhost/nonroot-kubernetes \
  java -jar /app/app.jar who
expect 'profile=restricted' "$exit_code $out" '0 user.name is [?]'
expect 'it warns' "${err%%$'\n'*}" 'nonroot: warning: *[[]root-gid[]]'
run_container "${arbitrary[@]}" --env NONROOT_PROFILE=restricted \
  --env NONROOT_ALLOW=root-gid+root-groups localhost/nonroot-kubernetes java -jar /app/app.jar who
expect 'with allow=root-gid+root-groups' "$exit_code $out$err" '0 user.name is [?]'
run_container "${arbitrary[@]}" --entrypoint '["/opt/nonroot/bin/nonroot","-u","10001","--"]' \
  localhost/nonroot-kubernetes java -jar /app/app.jar who
expect 'the launcher leaves the uid as it is' "$exit_code $out$err" '0 user.name is [?]'

title '9. A fleet is watched: docs/fleet.md reads the records of five containers'
mkdir -m 1777 "$work/records"
record() {
  mkdir -m 1777 "$work/records/$1"
  engine run --rm --volume "$work/records/$1:/var/log/nonroot" --env NONROOT_ACTION=warn \
    --env NONROOT_REPORT_FILE=/var/log/nonroot/jvms.jsonl "${@:2}" >/dev/null 2>&1
}
record compliant localhost/nonroot-kubernetes java -jar /app/app.jar who
record root --user 0 localhost/nonroot-kubernetes java -jar /app/app.jar who
record again --user 0 localhost/nonroot-kubernetes java -jar /app/app.jar who
record starts --env NONROOT_SPAWN=warn localhost/nonroot-kubernetes java -jar /app/app.jar start
record dropped --user 0 --cap-drop ALL localhost/nonroot-kubernetes java -cp /app/app.jar App who
"$repository/src/script/install-packages" --needed-by 'docs/fleet.md' jq:jq
mapfile -t commands < <(grep '^cat .*| jq ' "$repository/docs/fleet.md")
expect 'the commands are' "${#commands[@]}" 4
shown() { (cd "$work/records" && bash -c "${commands[$1]}") | sed 's/^ *//'; }
row command "${commands[0]}"
expect 'it prints' "$(shown 0)" $'2 compliant\n3 warned'
row command "${commands[1]}"
expect 'it prints' "$(shown 1)" $'2 /app/app.jar\n1 App'
row command "${commands[2]}"
expect 'it prints' "$(shown 2)" $'3 deny root-uid\n2 warn capabilities\n1 warn spawn'
row command "${commands[3]}"
expect 'it prints' "$(shown 3)" '/app/app.jar: USER 10001 in the Dockerfile, *App: USER 10001 in *'
to_stderr() {
  run_container --env NONROOT_REPORT_FILE=/dev/stderr "$@" localhost/nonroot-kubernetes \
    java -jar /app/app.jar who
}
to_stderr --user 10001:10001 --env NONROOT_ACTION=warn
expect 'report-file=/dev/stderr as uid 10001' "$exit_code $err" '0 {*"verdict":"compliant"*}'
to_stderr --user 0 --env NONROOT_ACTION=warn
expect 'as root, warned' "$exit_code ${err%%$'\n'*}" '0 {*"verdict":"warned"*}'
to_stderr --user 0 --env NONROOT_ACTION=drop --env NONROOT_USER=10001
expect 'after a step-down' "$exit_code $err" \
  '0 nonroot: warning: cannot append to report-file /dev/stderr: Permission denied'

title '10. What JAVA_TOOL_OPTIONS and a locked policy file can keep, and what not'
printf '%s\n' action=refuse locked=action+profile+deny+warn+allow+min-uid+allow-caps+exempt \
  >"$work/nonroot.properties"
locked=(--user 0 --volume "$work/nonroot.properties:/etc/nonroot/nonroot.properties:ro")
run_container "${locked[@]}" --env NONROOT_ACTION=off localhost/nonroot-kubernetes \
  java -jar /app/app.jar who
expect 'NONROOT_ACTION=off is ignored' "$exit_code ${err%%$'\n'*}" '77 nonroot: warning: *locked*'
run_container "${locked[@]}" --env NONROOT_ALLOW=root-uid localhost/nonroot-kubernetes \
  java -jar /app/app.jar who
expect 'so is NONROOT_ALLOW=root-uid' "$exit_code ${err%%$'\n'*}" \
  '77 nonroot: warning: allow in *locked*'
mkdir -m 777 "$work/configmap"
mkdir "$work/configmap/..2026"
cp "$work/nonroot.properties" "$work/configmap/..2026"
ln -s ..2026/nonroot.properties "$work/configmap"
run_container --user 0 --volume "$work/configmap:/etc/nonroot:ro" localhost/nonroot-kubernetes \
  java -jar /app/app.jar who
expect "a ConfigMap's directory, mode 0777, as /etc/nonroot" "$exit_code ${err%%;*}" \
  '78 nonroot: error: /etc/nonroot/nonroot.properties can be written by others than root, *'
run_container "${locked[@]}" --env JAVA_TOOL_OPTIONS= localhost/nonroot-kubernetes \
  java -jar /app/app.jar who
expect 'an empty JAVA_TOOL_OPTIONS leaves the agent out' "$exit_code $out" '0 user.name is root'
run_container --user 0 localhost/nonroot-kubernetes java -jar /app/app.jar who
expect 'the JVM itself says on stderr' "$(head -n 1 "$work/err")" 'Picked up JAVA_TOOL_OPTIONS: *'
run_container --user 0 --env NONROOT_ACTION=drop --env NONROOT_USER=10001 \
  localhost/nonroot-kubernetes java -jar /app/app.jar who
expect 'action=drop' "$exit_code $out" '0 user.name is [?]'
end
