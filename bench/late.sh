#!/bin/bash
# bench/late.sh [--trial] [PART...]: what a later step-down and spawn=deny cost a JVM.
#
# The parts are start, on each JDK below /usr/lib/jvm, and requests, on the default one: see
# docs/benchmarks.md. Without any it measures both, and writes the tables there. With some, or with
# --trial (few and short runs), it prints them. Everything takes its turn in each round (rounds.sh).
#
# Needs root, Maven, the commands of the list below, and dist/target/nonroot.
# shellcheck disable=SC2016,SC1112 # Markdown, and typographic apostrophes
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

if [ "${1:-}" != --in-namespace ]; then
  [ "$(id -u)" = 0 ] || { echo 'bench/late.sh needs root' >&2; exit 1; }
  src/script/install-packages --needed-by bench/late.sh \
    hyperfine:hyperfine wrk:wrk curl:curl setpriv:util-linux ip:iproute2 pkill:procps
  # The ports are this script's own, and all servers end with it.
  exec unshare --net --pid --fork --kill-child --mount-proc "$0" --in-namespace "$@"
fi
shift
ip link set lo up
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start

rounds=10 scale=1 seconds=5 warm_up=4 trial=
if [ "${1:-}" = --trial ]; then
  rounds=2 scale=3 seconds=2 warm_up=2 trial=yes
  shift
fi
parts=("${@:-start}")
[ $# -gt 0 ] || parts+=(requests)
under=() # see rounds.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tables=$work/tables
touch "$tables"
. bench/rounds.sh
table() { printf '%s\n' "$@" >>"$tables"; }

cp -R dist/target/nonroot "$work/nonroot"
javac --release 17 -d "$work" bench/Binds.java
chmod -R a+rX "$work"
agent=-javaagent:$work/nonroot/nonroot-agent.jar
drop=$agent=action=drop,user=10001
user='setpriv --reuid=10001 --regid=10001 --clear-groups'

# One JDK of each version: VERSION<tab>HOME
jdks() {
  local home
  for home in /usr/lib/jvm/*; do
    if [ -x "$home/bin/java" ] && [ -f "$home/release" ]; then
      printf '%s\t%s\n' "$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$home/release")" "$(readlink -f "$home")"
    fi
  done | sort -t . -k 1,1n -u
}

measure_start() {
  local version home java binds results name beside commands
  while IFS=$'\t' read -r version home <&3; do
    java=$home/bin/java binds="-cp $work Binds 8043" results=$work/start-$version
    commands=$(printf '%s\t%s\n' \
      'no agent (root)' "$java $binds" \
      'drop at start' "$java $drop $binds" \
      'drop-after=bind' "$java $drop,drop-after=bind:8043 $binds" \
      'no agent (the user)' "$user $java $binds" \
      'spawn=allow' "$user $java $agent=spawn=allow $binds" \
      'spawn=warn' "$user $java $agent=spawn=warn $binds" \
      'spawn=deny' "$user $java $agent=spawn=deny $binds")
    while IFS=$'\t' read -r name command; do
      # shellcheck disable=SC2086 # words
      $command "$([ "$name" = 'no agent (root)' ] && echo 0 || echo 10001)"
    done <<<"$commands"
    compare "$results" 6 --warmup 1 <<<"$commands"
    table "JDK $version, $((rounds * (6 / scale))) runs of each in turn:" '' \
      '| agent | median | beside | difference | ratio |' '|---|---|---|---|---|'
    while IFS='|' read -r name beside; do
      table "| $name | $(in_ms "$(time_of "$results" "$name")" | xargs printf %.1f) ms | $beside | $(
        difference "$results" "$name" "$beside") ms | $(times "$(ratio "$results" "$name" "$beside")") |"
    done <<'END'
no agent (root)|no agent (root)
drop at start|no agent (root)
drop-after=bind|no agent (root)
drop-after=bind|drop at start
no agent (the user)|no agent (the user)
spawn=allow|no agent (the user)
spawn=warn|spawn=allow
spawn=deny|spawn=allow
END
    table ''
  done 3< <(jdks)
}

# difference RESULTS NAME BESIDE: the median of those within each round, in ms
difference() {
  awk -F'\t' -v name="$2" -v beside="$3" '
    $2 == name { a[$1] = $3 }
    $2 == beside { b[$1] = $3 }
    END { for (round in a) print (a[round] - b[round]) * 1000 }' "$1" | median | xargs printf '%+.1f'
}

# tomcat COMMAND...: with an instance of its own, in which all is the user's
tomcat() {
  rm -rf "$work/base"
  mkdir -p "$work/base"/{logs,temp,work,webapps/ROOT}
  cp -R "$work/tomcat/conf" "$work/base/conf"
  sed -i -e 's/<Server port="8005"/<Server port="-1"/; s/port="8080"/port="80"/' \
    -e '/<Valve className="org.apache.catalina.valves.AccessLogValve"/,/\/>/d' "$work/base/conf/server.xml"
  head -c 1024 /dev/zero >"$work/base/webapps/ROOT/index.html"
  chown -R 10001:10001 "$work/base"
  "$@" -cp "$work/tomcat/bin/bootstrap.jar:$work/tomcat/bin/tomcat-juli.jar" \
    -Dcatalina.home="$work/tomcat" -Dcatalina.base="$work/base" -Djava.io.tmpdir="$work/base/temp" \
    org.apache.catalina.startup.Bootstrap start
}
# Without nodelay its answers wait 40 ms for an acknowledgement.
httpserver() { "$@" -Dsun.net.httpserver.nodelay=true -cp "$work" Binds 80 serve; }

# as AGENT: the JVM's command in $jvm
as() {
  # shellcheck disable=SC2206 # words
  case $1 in
    'no agent (the user)') jvm=($user java) ;;
    'drop at start') jvm=(java "$drop") ;;
    'drop-after=bind') jvm=(java "$drop,drop-after=bind:80") ;;
    'drop-after=bind and spawn=deny') jvm=(java "$drop,drop-after=bind:80,spawn=deny") ;;
  esac
}

# requests ROUND SERVER AGENT: adds what wrk has seen of a JVM of its own
requests() {
  local jvm i pid
  as "$3"
  "$2" "${jvm[@]}" >"$work/output" 2>&1 &
  for ((i = 0; i < 300; i++)); do
    ! curl -sf -o "$work/page" http://localhost/ || break
    sleep 0.1
  done
  # The user's on all threads, or the figures are of something else.
  pid=$(pgrep -x java)
  if [ "$(stat -c %s "$work/page")" != 1024 ] \
    || [ "$(sed -n 's/^Uid:\t//p' "/proc/$pid/task"/*/status | sort -u)" != "$(printf '10001\t%.0s' 1 2 3)10001" ]; then
    cat "$work/output" >&2
    exit 1
  fi
  wrk -t 1 -c 16 -d "$warm_up" http://localhost/ >"$work/wrk"
  wrk -t 1 -c 16 -d "$seconds" --latency http://localhost/ >"$work/wrk"
  if grep -E 'Socket errors|Non-2xx' "$work/wrk" >&2; then
    exit 1
  fi
  awk -v OFS='\t' -v round="$1" -v name="$2, $3" -v rates="$work/rates" -v half="$work/half" -v tail="$work/tail" '
    function seconds(t) { return t ~ /us$/ ? t / 1e6 : t ~ /ms$/ ? t / 1e3 : t + 0 }
    $1 == "Requests/sec:" { print round, name, $2 >>rates }
    $1 == "50%" { print round, name, seconds($2) >>half }
    $1 == "99%" { print round, name, seconds($2) >>tail }' "$work/wrk"
  pkill -KILL -x java
  wait
}

measure_requests() {
  local agents=('no agent (the user)' 'drop at start' 'drop-after=bind' 'drop-after=bind and spawn=deny')
  local titles=('the JDK’s HttpServer' Tomcat) servers=(httpserver tomcat) round i server name first
  rounds=$(((rounds + 1) / 2)) # as each has a new JVM
  mvn -B -q -f bench/pom.xml dependency:copy-dependencies -DincludeTypes=tar.gz \
    -DoutputDirectory="$work" >"$work/messages" 2>&1 || { cat "$work/messages" >&2; exit 1; }
  mkdir "$work/tomcat"
  tar -xzf "$work"/tomcat-*.tar.gz -C "$work/tomcat" --strip-components=1
  chmod -R a+rX "$work/tomcat"
  for ((round = 0; round < rounds; round++)); do
    for server in "${servers[@]}"; do
      for ((i = 0; i < ${#agents[@]}; i++)); do
        requests "$round" "$server" "${agents[(i + round) % ${#agents[@]}]}"
      done
    done
    echo "round $((round + 1)) of $rounds of requests" >&2
  done
  table "Java $(java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p'), $rounds JVMs of each in turn, each for $seconds s of \`wrk -t 1 -c 16\` after $warm_up s to warm up; answers of 1 KB:" '' \
    '| server | agent | requests/s | least to most | ratio | its spread | 50 % within | 99 % within |' \
    '|---|---|---|---|---|---|---|---|'
  for i in 0 1; do
    first="${servers[i]}, ${agents[0]}"
    for name in "${agents[@]}"; do
      server="${servers[i]}, $name"
      table "| ${titles[i]} | $name | $(time_of "$work/rates" "$server" | xargs printf %.0f) | $(
        awk -F'\t' -v name="$server" '$2 == name { print $3 }' "$work/rates" | least_to_most %.0f) | $(
        times "$(ratio "$work/rates" "$server" "$first")") | $(
        ratios "$work/rates" "$server" "$first" | least_to_most %.2f) | $(
        in_ms "$(time_of "$work/half" "$server")") ms | $(in_ms "$(time_of "$work/tail" "$server")") ms |"
    done
  done
  table ''
}
least_to_most() { sort -g | sed -n '1p; $p' | xargs printf "$1–$1"; }

for part in "${parts[@]}"; do
  "measure_$part"
done
{
  if [ -n "$trial" ]; then
    echo '**Figures of a trial, on a busy machine and of few runs: they say nothing yet.**'
    echo
  fi
  echo "Machine: $(nproc) cores of $(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r), $(date -u +%F)"
  echo
  cat "$tables"
} >"$work/report"
if [ -z "$trial" ] && [ $# = 0 ]; then
  sed -i -e '/^<!-- late.sh -->$/,/^<!-- end of late.sh -->$/ { /^<!--/!d }' docs/benchmarks.md
  sed -i -e "/^<!-- late.sh -->\$/r $work/report" docs/benchmarks.md
fi
cat "$work/report"
