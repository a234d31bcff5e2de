#!/usr/bin/env bash
# An image that is built as root under an agent that refuses root, and has no shell: what of the JDK
# runs in the build, what is in the image, and who the service is.
#
#   JDK_IMAGE   the image with a JDK that the build stage is FROM; for an engine of your own
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"

image=localhost/nonroot-multi-stage
java=/opt/java/bin/java
check=("$java" -cp /app/app.jar app.HealthCheck)

find_jdk() {
  if [[ -z ${JDK_IMAGE:-} ]]; then
    JDK_IMAGE=localhost/nonroot-example-jdk
    if ! engine image inspect "$JDK_IMAGE" >/dev/null 2>&1; then
      [[ -n $own ]] || die "set JDK_IMAGE too, JDK_IMAGE=eclipse-temurin:21-jdk, say"
      "$repository/src/script/containers" java-image "$own" "$JDK_IMAGE" "$(java_home)" jdk
    fi
  fi
}

megabytes() { echo $(($(engine image inspect --format '{{.Size}}' "$1") / 1000000)); }

list_files() {
  local container
  container=$(engine create "$image")
  engine export "$container" | tar -tf - | grep -v '/$' >"$work/files"
  engine rm "$container" >/dev/null
}

begin
find_jdk
build nonroot-multi-stage-build --target build --build-arg JDK_IMAGE="$JDK_IMAGE"
build nonroot-multi-stage --build-arg JDK_IMAGE="$JDK_IMAGE"

title 'The build stage, as root, with the agent that refuses root'
run_container "$image-build" sh -c 'id -u; for tool in javac jar jdeps jlink; do
  $tool --version >/dev/null && echo $tool; done'
expect 'who builds, and what runs' "$out" $'0\njavac\njar\njdeps\njlink'
expect 'how often the agent was loaded' "$(grep -c '^Picked up.*-javaagent:' "$work/err")" 4
run_container "$image-build" java -jar app.jar
expect 'the application there' "$exit_code ${err%%$'\n'*}" '77 nonroot: refused: *\[root-uid\]'

title 'The image'
list_files
row files "$(wc -l <"$work/files"), of nonroot: $(grep -c '^opt/nonroot/' "$work/files")"
expect 'megabytes' "$(megabytes "$image")" '[1-9][0-9]'
row 'to build' "it took $(megabytes "$image-build") megabytes"
expect 'shells in it' "$(grep -E '/(sh|[a-z]{1,2}sh|busybox)$' "$work/files" || true)" ''
run_container --entrypoint /bin/sh "$image" -c true
expect 'exit code of /bin/sh' "$exit_code" 127

title 'The service' "$CONTAINER_ENGINE run $image"
start_container nonroot-multi-stage "$image"
wait_for 30 says nonroot-multi-stage started || die 'the service does not start'
expect 'all threads, seen by the kernel' "$(threads_of nonroot-multi-stage)" \
  'uid 10001, gid 10001, groups 10001, capabilities none, no_new_privs 1'
expect 'its health check' "$(engine exec nonroot-multi-stage /opt/nonroot/bin/nonroot -u app -- \
  "${check[@]}" 2>/dev/null)" 'Hello from app'
exit_code=0
engine exec nonroot-multi-stage "${check[@]}" >/dev/null 2>&1 || exit_code=$?
expect 'exit code of the same as root' "$exit_code" 77
stop_container nonroot-multi-stage
expect 'after SIGTERM' "$exit_code ${out//$'\n'/ }" '143 started stopped'

title 'Without the launcher' "$CONTAINER_ENGINE run --entrypoint $java $image -jar /app/app.jar"
run_container --entrypoint "$java" "$image" -jar /app/app.jar
expect 'as root' "$exit_code ${err%%$'\n'*}" '77 nonroot: refused: *\[root-uid\]'

end
