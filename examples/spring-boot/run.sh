#!/usr/bin/env bash
# A Spring Boot application in layers, with the agent and the launcher: refused as root, and who it
# is otherwise, by the word of the kernel, of its actuator and of Java.
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"

image=localhost/nonroot-spring-boot
launched=nonroot-spring-boot-launched
other=nonroot-spring-boot-other

# get NAME PATH
get() { engine exec --user 12345 "$1" wget -q -O - "http://127.0.0.1:8080$2"; }

# info NAME PATTERN: of /actuator/info
info() { get "$1" /actuator/info | grep -o "$2"; }

answers() {
  wait_for 180 says "$1" 'Started Greeter in' || die "it does not start: $(engine logs "$1" 2>&1)"
  expect '/actuator/health' "$(get "$1" /actuator/health)" '*"status":"UP"*'
}

begin
build nonroot-spring-boot

# They start at the same time, as a JVM with Spring takes seconds.
start_container "$launched" "$image"
start_container "$other" --user 9000 "$image"

title 'As root, without the launcher' \
  "$CONTAINER_ENGINE run --entrypoint java $image -jar application.jar"
run_container --entrypoint java "$image" -jar application.jar
expect 'it is refused' "$exit_code ${err%%$'\n'*}" '77 nonroot: refused: *\[root-uid\]'
expect 'and has not started' "$out" ''

title 'As root, by the launcher' "$CONTAINER_ENGINE run $image"
answers "$launched"
expect 'all threads, seen by the kernel' "$(threads_of "$launched")" \
  'uid 10001, gid 10001, groups 10001, capabilities none, no_new_privs 1'
expect 'user, as Java knows it' "$(info "$launched" '"user":{[^}]*}')" \
  '"user":{"name":"greeter","home":"/application"}'
expect 'owner of process 1' "$(info "$launched" '"owner":"[^"]*"')" '"owner":"greeter"'
expect 'what nonroot says' "$(engine logs "$launched" 2>&1 | grep -c nonroot: || true)" 0
get "$launched" /slow >"$work/slow" &
wait_for 30 says "$launched" 'is on its way' || problem 'there is no slow request'
stop_container "$launched"
wait $! || problem 'the request that was being served has failed'
expect 'a request that was being served at SIGTERM' "$(<"$work/slow")" 'Hello, at last'
expect 'the shutdown' "$(grep -o '[CG][a-z]* graceful shutdown\|Graceful shutdown [a-z]*' <<<"$out")" \
  $'Commencing graceful shutdown\nGraceful shutdown complete'
expect 'exit code' "$exit_code" 143

title 'As a user without an account' "$CONTAINER_ENGINE run --user 9000 $image"
answers "$other"
expect 'all threads, seen by the kernel' "$(threads_of "$other")" \
  'uid 9000, gid 0, groups *, capabilities none, no_new_privs 1'
# Java calls it ?, or what podman has added to the container's /etc/passwd.
expect 'owner of process 1' "$(info "$other" '"owner":"[^"]*"' || echo unknown)" '@(unknown|"owner":"9000")'
stop_container "$other"
expect 'exit code' "$exit_code" 143

end
