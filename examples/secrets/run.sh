#!/usr/bin/env bash
# Mounts a file of root's with mode 0600 into containers, and lets whoever found a hole in the
# application read it, open a raw socket, and say who he is. See README.md.
# shellcheck source-path=SCRIPTDIR source=../containers.sh
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"

secret='the database password'
# Who breaks in does this.
# shellcheck disable=SC2016 # the container's shell expands it
attack=(sh -c 'exec 2>&1
  id -u
  cat /run/secrets/database-password
  busybox traceroute -n -I -m 1 -q 1 -w 1 127.0.0.1 | tail -n 1')
hole=(java -cp /app Application)

# The file belongs to the root of the host: who runs this may be somebody else in group docker.
make_secret() {
  # shellcheck disable=SC2016 # the container's shell expands it
  engine run --rm -v "$work:/work" localhost/nonroot-secrets-forgotten sh -c \
    'umask 077; echo "$1" >/work/database-password; chmod "$2" /work/database-password' sh \
    "$secret" 0600
  expect "the host's file" "$(stat -c 'uid %u, mode %a' "$work/database-password")" \
    'uid 0, mode 600'
}

# attacked OPTION... IMAGE [COMMAND...]: sets who, file and socket to what the attack saw, and java
# to what Java itself read, if the application was run.
attacked() {
  run_container -v "$work/database-password:/run/secrets/database-password:ro" "$@" "${attack[@]}"
  java=$(sed -n 's/^Application: //p' <<<"$out")
  mapfile -t seen < <(grep -v '^Application: ' <<<"$out")
  who=${seen[0]:-nothing}
  file=${seen[1]:-nothing}
  socket=${seen[2]:-nothing}
}

expect_root() {
  expect 'id -u' "$who" 0
  expect 'cat, of the file' "$file" "$secret"
  expect 'the raw socket' "$socket" ' 1  127.0.0.1 * ms'
}

# expect_user UID
expect_user() {
  expect 'id -u' "$who" "$1"
  expect 'cat, of the file' "$file" '*: Permission denied'
  expect 'the raw socket' "$socket" '*: Operation not permitted'
  expect 'what nonroot says' "$(messages)" ''
}

begin
mkdir -p "$here/target/classes"
"$(java_home)/bin/javac" --release 17 -d "$here/target/classes" "$here/Application.java"
busybox=()
if [[ -n $own ]]; then
  busybox=(--build-arg BUSYBOX_IMAGE="$JAVA_IMAGE")
fi
for target in forgotten user launcher agent; do
  build "nonroot-secrets-$target" --target "$target" "${busybox[@]}"
done
secrets=localhost/nonroot-secrets
title 'A secret of root'"'"'s on the host'
make_secret

# Docker gives every container this capability, not every podman does.
raw=(--cap-add NET_RAW)

title '1. Nobody thought of a USER' 'docker run --cap-add NET_RAW forgotten'
attacked "${raw[@]}" $secrets-forgotten
expect_root
attacked "${raw[@]}" $secrets-forgotten "${hole[@]}"
expect 'through the hole: Java' "$java" "$secret"
expect_root

title '2. USER appuser' 'docker run user'
attacked $secrets-user
expect_user 999
attacked $secrets-user "${hole[@]}"
expect 'through the hole: Java' "$java" '*AccessDeniedException*'
expect_user 999
title '   any number will do, also one without an entry in /etc/passwd' \
  'docker run --user 9000 forgotten'
attacked --user 9000 $secrets-forgotten "${hole[@]}"
expect 'through the hole: Java' "$java" '*AccessDeniedException*'
expect_user 9000
title '   but one option undoes it' 'docker run --user 0 --cap-add NET_RAW user'
attacked --user 0 "${raw[@]}" $secrets-user
expect_root

title '3. The launcher, started as root' 'docker run --cap-add NET_RAW launcher'
attacked "${raw[@]}" $secrets-launcher
expect_user 999
attacked "${raw[@]}" $secrets-launcher "${hole[@]}"
expect 'through the hole: Java' "$java" '*AccessDeniedException*'
expect_user 999
title '   the same option undoes nothing here' 'docker run --user 0 --cap-add NET_RAW launcher'
attacked --user 0 "${raw[@]}" $secrets-launcher
expect_user 999

title '4. The agent, in a JVM that is started as root' 'docker run --cap-add NET_RAW agent'
attacked "${raw[@]}" $secrets-agent "${hole[@]}"
expect 'through the hole: Java' "$java" '*AccessDeniedException*'
expect_user 999
title '   the agent is in JVMs only: another command of that image is still root' \
  'docker run --cap-add NET_RAW agent cat /run/secrets/database-password'
attacked "${raw[@]}" $secrets-agent
expect_root

# Docker does that for nobody but root.
if [[ $(engine --version) == podman* ]]; then
  title '5. What podman adds for a user, the user has' \
    'podman run --user appuser --cap-add NET_RAW forgotten'
  attacked --user appuser "${raw[@]}" $secrets-forgotten
  expect 'id -u' "$who" 999
  expect 'the raw socket' "$socket" ' 1  127.0.0.1 * ms'
  title '   the launcher has nothing to step down from' \
    'podman run --user appuser --cap-add NET_RAW launcher'
  attacked --user appuser "${raw[@]}" $secrets-launcher
  expect 'id -u' "$who" 999
  expect 'the raw socket' "$socket" ' 1  127.0.0.1 * ms'
  title '   the agent refuses that, if it is to' \
    'podman run --user appuser --cap-add NET_RAW -e NONROOT_DENY=capabilities agent'
  attacked --user appuser "${raw[@]}" -e NONROOT_DENY=capabilities $secrets-agent "${hole[@]}"
  expect 'the exit code' "$exit_code" 77
  expect 'what nonroot says' "$(messages)" \
    'nonroot: refused: this JVM holds capabilities: NET_RAW \[capabilities]*'
fi
end
