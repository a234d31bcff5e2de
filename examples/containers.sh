# For run.sh of the examples, which source it: builds what they show, has an engine, and compares.
#
#   CONTAINER_ENGINE   podman or docker, as it is set up on this machine; without it podman with
#                      settings, images and containers of its own, of which nothing is left
#   JAVA_IMAGE         the image with Java that the example's are FROM, eclipse-temurin:21-jre, say;
#                      without it one that is made from this machine's JDK, so no registry is needed
#   EXAMPLES_BUILT=1   all is built, Maven is not called
# shellcheck shell=bash disable=SC2034 # run.sh reads what these set
set -euo pipefail
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd -P)
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repository=$(cd "$examples/.." && pwd -P)
example=${here##*/}
tree=$repository/dist/target/nonroot
own='' # the directory of podman's own settings
work='' # a directory for what the example makes; removed at the end
problems=0
containers=() # names, removed at the end
pods=()       # likewise
volumes=()    # likewise

say() { printf '%s\n' "$*"; }
row() { printf '   %-9s %s\n' "$1" "$2"; }
die() {
  say "$example: $*" >&2
  exit 1
}

title() {
  say
  say "$1"
  if [[ $# -gt 1 ]]; then
    row command "$2"
  fi
}

problem() {
  row FAILED "$*"
  problems=$((problems + 1))
}

# expect WHAT IS SHOULD: SHOULD is a pattern.
expect() {
  # shellcheck disable=SC2053 # a pattern
  if [[ $2 == $3 ]]; then
    row ok "$1: $(sed '2,$s/^/             /' <<<"${2:-nothing}")"
  else
    problem "$1 is '$2', and should be '$3'"
  fi
}

engine() { "$CONTAINER_ENGINE" "$@"; }

# build NAME [OPTION...]: the image localhost/NAME from this directory; fails with its output.
build() {
  local name=$1 output
  shift
  output=$(engine build "${network[@]}" -t "localhost/$name" --build-arg JAVA_IMAGE="$JAVA_IMAGE" \
    --build-arg NONROOT_IMAGE=localhost/nonroot "$@" "$here" 2>&1) \
    || die "the image $name cannot be built: $output"
}

# run_container OPTION... IMAGE [COMMAND...]: to its end; sets exit_code, out and err.
run_container() {
  exit_code=0
  engine run --rm "$@" >"$work/out" 2>"$work/err" </dev/null || exit_code=$?
  out=$(<"$work/out")
  err=$(grep -v '^Picked up ' "$work/err" || true)
}

# end_pod NAME: with its cgroups, which podman 4.3 leaves where it has no controller.
end_pod() {
  local id
  id=$(engine pod inspect --format '{{.ID}}' "$1") || return
  engine pod rm --force --time 1 "$1" >/dev/null || return
  find /sys/fs/cgroup -mindepth 2 -depth -path "*/libpod_parent/$id*" -type d -exec rmdir {} + \
    2>/dev/null || true
}

# is_free KIND NAME: what somebody else has made is neither used nor removed.
is_free() {
  if engine "$1" inspect "$2" >/dev/null 2>&1; then
    die "there is a $1 $2 already, which this has not made: remove it, or use another engine"
  fi
}

# start_container NAME OPTION... IMAGE [COMMAND...]: in the background, until "stop_container".
start_container() {
  local name=$1
  shift
  is_free container "$name"
  containers+=("$name")
  engine run --detach --name "$name" "$@" >/dev/null
}

# fetch NAME URL: what a server in a container answers; its ports need not be published.
fetch() {
  # shellcheck disable=SC2016 # the container's shell expands it
  engine exec "$1" sh -c 'wget -q -O - "$1" 2>/dev/null || curl -fsS "$1"' sh "$2"
}

# What nonroot said, of the output of the last container.
messages() { grep '^nonroot: ' <<<"$err" || true; }

# Ends it by SIGTERM, as an orchestrator does; sets exit_code, and out and err from its log.
stop_container() {
  engine stop -t 10 "$1" >/dev/null
  exit_code=$(engine inspect --format '{{.State.ExitCode}}' "$1")
  engine logs "$1" >"$work/out" 2>"$work/err"
  out=$(<"$work/out")
  err=$(grep -v '^Picked up ' "$work/err" || true)
  engine rm --force "$1" >/dev/null
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# says NAME TEXT: whether the container's log has it.
says() { [[ $(engine logs "$1" 2>&1) == *"$2"* ]]; }

# The host's number of a container's first process.
pid_of() { engine inspect --format '{{.State.Pid}}' "$1"; }

# What the host's kernel says of all threads of a container's first process, a line for each kind:
# uid, gid, groups, effective capabilities, no_new_privs.
threads_of() { threads_of_process "$(pid_of "$1")"; }

threads_of_process() {
  cat "/proc/$1/task/"*/status | awk '
    $1 == "Uid:" { uid = $2 == $3 && $3 == $4 && $4 == $5 ? $2 : $2 "," $3 "," $4 "," $5 }
    $1 == "Gid:" { gid = $2 == $3 && $3 == $4 && $4 == $5 ? $2 : $2 "," $3 "," $4 "," $5 }
    $1 == "Groups:" { groups = ""; for (i = 2; i <= NF; i++) groups = groups (i > 2 ? "," : "") $i }
    $1 == "CapEff:" { caps = $2 ~ /^0+$/ ? "none" : $2 }
    $1 == "NoNewPrivs:" { print "uid " uid ", gid " gid ", groups " groups ", capabilities " caps \
      ", no_new_privs " $2 }' | sort -u
}

# expect_server URL ANSWER THREADS OPTION... IMAGE [COMMAND...]: a server that answers, whose threads
# are what THREADS says (see threads_of), and that SIGTERM ends; sets err.
expect_server() {
  local url=$1 answer=$2 threads=$3 name=nonroot-$example
  shift 3
  start_container "$name" "$@"
  wait_for 60 fetch "$name" "$url" \
    || die "the server does not answer: $(engine logs "$name" 2>&1 | tail -n 20)"
  expect 'the answer' "$(fetch "$name" "$url")" "$answer"
  expect 'all threads' "$(threads_of "$name")" "$threads"
  stop_container "$name"
  expect 'the exit code after SIGTERM' "$exit_code" 143
}

finish() {
  local code=$? name
  trap - EXIT
  trap '' HUP INT TERM
  for name in "${containers[@]}"; do
    engine rm --force "$name" >/dev/null 2>&1 || true
  done
  for name in "${pods[@]}"; do
    end_pod "$name" 2>/dev/null || true
  done
  for name in "${volumes[@]}"; do
    engine volume rm --force "$name" >/dev/null 2>&1 || true
  done
  if [[ -n $own && ${EXAMPLES_CONTAINERS:-} != "$own" ]]; then
    "$repository/src/script/containers" remove "$own"
  fi
  if [[ -n $work ]]; then
    rm -rf "$work"
  fi
  exit "$code"
}

build_all() {
  command -v mvn >/dev/null || die 'there is no mvn in PATH (apt-get install maven)'
  say 'Building with Maven; the first time it fetches what it needs, which takes minutes.'
  (cd "$repository" \
    && mvn -B -ntp -q -DskipTests -Dspotless.check.skip -pl examples/spring-boot,examples -am package) </dev/null \
    || die 'the build failed'
}

# Who is not root has rootless podman only: what these containers show of root is not true there.
check_user() {
  if [[ -z ${CONTAINER_ENGINE:-} ]] && (($(id -u) != 0)); then
    die "you are uid $(id -u), and root of a rootless container is just you outside of it:" \
      "run this as root (sudo $0), or set CONTAINER_ENGINE=docker"
  fi
}

# The same of an engine that is set up on this machine, rootless or with userns-remap.
check_root_of_containers() {
  local inside outside rest map
  map=$(engine run --rm "$JAVA_IMAGE" cat /proc/self/uid_map) || die "$JAVA_IMAGE cannot be run"
  read -r inside outside rest <<<"$map"
  if [[ "$inside $outside" != '0 0' ]]; then
    die "root of $CONTAINER_ENGINE's containers is uid $outside outside (for $rest uids), and what" \
      'is shown here of root is not true there: use an engine that runs as root'
  fi
}

find_engine() {
  local message
  network=()
  if [[ -n ${CONTAINER_ENGINE:-} ]]; then
    command -v "$CONTAINER_ENGINE" >/dev/null || die "there is no $CONTAINER_ENGINE"
    message=$(engine ps 2>&1 >/dev/null) || die "$CONTAINER_ENGINE does not work: $message"
    return
  fi
  CONTAINER_ENGINE=podman
  network=(--network=none)
  own=${EXAMPLES_CONTAINERS:-$here/target/containers}
  "$repository/src/script/containers" start "$own"
  export CONTAINERS_CONF=$own/containers.conf CONTAINERS_STORAGE_CONF=$own/storage.conf
}

find_images() {
  if [[ -z ${JAVA_IMAGE:-} ]]; then
    JAVA_IMAGE=localhost/nonroot-example-java
    if ! engine image inspect "$JAVA_IMAGE" >/dev/null 2>&1; then
      [[ -n $own ]] || die "set JAVA_IMAGE too, JAVA_IMAGE=eclipse-temurin:21-jre, say"
      "$repository/src/script/containers" java-image "$own" "$JAVA_IMAGE" "$(java_home)"
    fi
  fi
  engine build "${network[@]}" -t localhost/nonroot \
    -f "$repository/dist/src/main/container/Dockerfile" "$tree" >/dev/null 2>&1 \
    || die 'the image localhost/nonroot cannot be built'
  check_root_of_containers
}

java_home() {
  env -u JAVA_TOOL_OPTIONS "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XshowSettings:properties -version \
    2>&1 | sed -n 's/^ *java\.home = //p'
}

begin() {
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  check_user
  unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS "${!NONROOT_@}"
  mkdir -p "$here/target"
  work=$(mktemp -d "$here/target/work.XXXXXX")
  chmod 755 "$work"
  find_engine
  if [[ ${EXAMPLES_BUILT:-} != 1 ]]; then
    build_all
  fi
  [[ -e $tree/bin/nonroot ]] || die "there is no $tree/bin/nonroot: mvn -DskipTests package"
  find_images
}

end() {
  say
  if ((problems > 0)); then
    say "$problems of the expectations failed."
    exit 1
  fi
  say 'All of it was as it should be.'
}
