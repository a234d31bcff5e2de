#!/bin/bash
# bench/low-ports.sh [ALTERNATIVE...]: what becomes of a server of Java on ports 80 and 443 by each of
# the ways to get it there without its being root, and of who breaks into it.
#
# Each runs for real, in namespaces of its own, from a root with the capabilities that Docker and
# podman give root in a container. The servers are in bench/low-ports. Without an alternative named
# it runs all of them, and writes the tables into docs/low-ports.md; with some it prints the tables.
#
# Needs root, the commands of the list below, Maven, the default JDK, and dist/target/nonroot.
# shellcheck disable=SC2016,SC1112 # Markdown, and typographic apostrophes
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

# Name, and what the tables call it.
alternatives=(
  'root|nothing: root all the time'
  'jsvc|jsvc'
  'jetty|jetty-setuid'
  'jetty_privileged|jetty-setuid, startServerAsPrivileged'
  'setcap|setcap on `java`'
  'authbind|authbind'
  'sysctl|`ip_unprivileged_port_start=80`'
  'cap|`nonroot --cap NET_BIND_SERVICE`'
  'agent|nonroot, `drop-after=bind:80+443`'
  'agent_deny|the same with `spawn=deny`'
)

if [ "${1:-}" != --in-namespace ]; then
  [ "$(id -u)" = 0 ] || { echo 'bench/low-ports.sh needs root' >&2; exit 1; }
  src/script/install-packages --needed-by bench/low-ports.sh \
    jsvc:jsvc authbind:authbind setcap:libcap2-bin pgrep:procps ip:iproute2 setpriv:util-linux \
    strace:strace curl:curl
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/lib" "$work/classes" "$work/facts"
  touch "$work/facts/"{facts,states,notes}
  mvn -B -q -f bench/pom.xml dependency:copy-dependencies -DincludeScope=runtime \
    -DexcludeTypes=tar.gz -DoutputDirectory="$work/lib" >"$work/messages" 2>&1 \
    || { cat "$work/messages" >&2; exit 1; }
  cp /usr/share/java/commons-daemon.jar "$work/lib"
  cp -R dist/target/nonroot "$work/nonroot"
  javac --release 17 -cp "$work/lib/*" -d "$work/classes" bench/low-ports/*.java
  keytool -genkeypair -keystore "$work/root.p12" -storepass changeit -alias server -keyalg EC \
    -dname CN=localhost 2>"$work/messages" || { cat "$work/messages" >&2; exit 1; }
  cp "$work/root.p12" "$work/app.p12"
  install -m 4755 "$(command -v id)" "$work/set-user-id"
  chmod -R a+rX "$work"
  chmod 600 "$work"/*.p12
  chown 10001 "$work/app.p12"
  for alternative in "${alternatives[@]}"; do
    if [ $# = 0 ] || [[ " $* " = *" ${alternative%%|*} "* ]]; then
      echo "${alternative%%|*}" >&2
      # One that hangs, or goes to the background, ends with its namespace.
      timeout 600 unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc \
        "$0" --in-namespace "$work" "${alternative%%|*}" "${alternative#*|}"
    fi
  done
  bench/low-ports/tables "$work/facts" >"$work/report"
  if [ $# = 0 ]; then
    sed -i -e '/^<!-- low-ports.sh -->$/,/^<!-- end of low-ports.sh -->$/ { /^<!--/!d }' docs/low-ports.md
    sed -i -e "/^<!-- low-ports.sh -->\$/r $work/report" docs/low-ports.md
  fi
  cat "$work/report"
  exit
fi

work=$2 alternative=$3 title=$4
ip link set lo up
{ cat /etc/passwd; echo 'app:x:10001:10001::/:/usr/sbin/nologin'; } >"$work/passwd"
{ cat /etc/group; echo 'app:x:10001:'; } >"$work/group"
mount --bind "$work/passwd" /etc/passwd
mount --bind "$work/group" /etc/group

home=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
java=$home/bin/java
class_path="$work/classes:$work/lib/*"
agent=-javaagent:$work/nonroot/nonroot-agent.jar=action=drop,user=app,drop-after=bind:80+443
capabilities=-all
for capability in chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw \
  sys_chroot mknod audit_write setfcap; do
  capabilities+=,+$capability
done
container=(setpriv --inh-caps=-all --bounding-set="$capabilities")
root=("${container[@]}" --groups=0)
app=("${container[@]}" --reuid=app --regid=app --init-groups)
nobody=("${container[@]}" --reuid=nobody --regid=nogroup --clear-groups)

# program_NAME KEYSTORE: who starts what, in $who and $program; prepare_NAME: what root does before.
program_root() { who=("${root[@]}") program=("$java" -cp "$class_path" Server "$1"); }
program_jsvc() {
  # jsvc expands no *, and executes itself again by its path.
  who=("${root[@]}")
  rm -f "$work/jsvc.pid" # of one that was killed
  program=(/usr/bin/jsvc -nodetach -home "$home" -user app -pidfile "$work/jsvc.pid" -outfile '&1'
    -errfile '&2' -cp "$work/classes:$(printf '%s:' "$work"/lib/*.jar)" JsvcServer "$1")
}
prepare_jsvc() {
  if ! start "$work/root.p12"; then
    note 'with the default capabilities of a container' "does not start: $(last_words)"
  fi
  stop
  root=(setpriv --inh-caps=-all --bounding-set="$capabilities,+dac_read_search" --groups=0)
}
program_jetty() { who=("${root[@]}") program=("$java" -cp "$class_path" JettyServer "$1" false); }
program_jetty_privileged() { who=("${root[@]}") program=("$java" -cp "$class_path" JettyServer "$1" true); }
prepare_setcap() {
  local copy=$work/jdk/bin/java
  cp -R "$home" "$work/jdk"
  setcap cap_net_bind_service=+ep "$copy"
  note '`java` with the capability, at first' \
    "$("${app[@]}" "$copy" -version 2>&1 | head -n 1 | sed 's/^.*: error/error/')"
  note 'the same with LD_LIBRARY_PATH' \
    "$(LD_LIBRARY_PATH=$work/jdk/lib "${app[@]}" "$copy" -version 2>&1 | head -n 1 | sed 's/^.*: error/error/')"
  # The dynamic linker then heeds neither $ORIGIN nor LD_LIBRARY_PATH, but its own cache.
  { cat /etc/ld.so.conf; echo "$work/jdk/lib"; } >"$work/ld.so.conf"
  ldconfig -C "$work/ld.so.cache" -f "$work/ld.so.conf"
  mount --bind "$work/ld.so.cache" /etc/ld.so.cache
  note 'the same with `jdk/lib` in ld.so.conf' "$("${app[@]}" "$copy" -version 2>&1 | head -n 1)"
  note 'user nobody, with a class of his own and this `java`, binds port 81' \
    "$("${nobody[@]}" "$copy" -cp "$class_path" Attack bind:81)"
}
program_setcap() { who=("${app[@]}") program=("$work/jdk/bin/java" -cp "$class_path" Server "$1"); }
prepare_authbind() {
  mkdir "$work/byport"
  for port in 80 443; do
    install -m 500 -o app /dev/null "$work/byport/$port"
  done
  mount --bind "$work/byport" /etc/authbind/byport
}
program_authbind() { who=("${app[@]}") program=(authbind --deep "$java" -cp "$class_path" Server "$1"); }
prepare_sysctl() { echo 80 >/proc/sys/net/ipv4/ip_unprivileged_port_start; }
program_sysctl() { who=("${app[@]}") program=("$java" -cp "$class_path" Server "$1"); }
program_cap() {
  who=("${root[@]}")
  program=("$work/nonroot/bin/nonroot" -u app --cap NET_BIND_SERVICE -- "$java" -cp "$class_path" Server "$1")
}
program_agent() { who=("${root[@]}") program=("$java" "$agent" -cp "$class_path" Server "$1"); }
program_agent_deny() { who=("${root[@]}") program=("$java" "$agent,spawn=deny" -cp "$class_path" Server "$1"); }

note() { printf '%s\t%s\t%s\n' "$title" "$1" "${2//"$work/"}" >>"$work/facts/notes"; }
fact() { printf '%s\t%s\t%s\n' "$title" "$1" "${2//"$work/"}" >>"$work/facts/facts"; }

# start KEYSTORE [PREFIX...]: in a session of its own, whose id is then $session; fails if it ends,
# and leaves its output in $work/output.
start() {
  local who program keystore=$1
  shift
  "program_$alternative" "$keystore"
  setsid "${who[@]}" "$@" "${program[@]}" >"$work/output" 2>&1 &
  session=$!
  for ((i = 0; i < 300; i++)); do
    if [ "$(attack '')" = served ] && [ "$(curl -s --max-time 5 http://localhost/)" = served ]; then
      return
    fi
    if ! kill -0 "$session" 2>/dev/null || grep -q '^Exception in thread "main"' "$work/output"; then
      return 1
    fi
    sleep 0.1
  done
  return 1
}
stop() {
  {
    pkill -KILL -s "$session" || true
    wait "$session" || true
  } 2>/dev/null # the shell's remark
}
# attack WHAT: see bench/low-ports/Attack.java
attack() { curl -sk --max-time 20 --get --data-urlencode "$1" https://localhost/ || true; }
# Why it does not serve, in short.
last_words() {
  {
    grep -E 'Exception|Error|[Ff]ailed|refused|denied' "$work/output" || tail -n 1 "$work/output"
  } | sed -n '1 { s/^Exception in thread "main" //; s/java\.[a-z.]*\.//; p }'
}

# Lines of: process, threads that are alike, their uid, gid, groups, effective and permitted and bounding
# capabilities, no_new_privs.
states() {
  local process
  for process in $(pgrep -s "$session"); do
    if [ "$(<"/proc/$process/comm")" != strace ]; then
      awk -v OFS='\t' -v title="$title" -v name="$(<"/proc/$process/comm")" '
        function ids() { return $2 == $3 && $3 == $4 && $4 == $5 ? $2 : $2 " " $3 " " $4 " " $5 }
        $1 == "Uid:" { uid = ids() }
        $1 == "Gid:" { gid = ids() }
        $1 == "Groups:" { $1 = ""; groups = $0; gsub(/^[ \t]+|[ \t]+$/, "", groups) }
        $1 == "CapPrm:" { prm = $2 }
        $1 == "CapEff:" { eff = $2 }
        $1 == "CapBnd:" { bnd = $2 }
        $1 == "NoNewPrivs:" {
          count[uid OFS gid OFS (groups == "" ? "none" : groups) OFS eff OFS prm OFS bnd OFS $2]++
        }
        END { for (state in count) print title, name, count[state], state }' "/proc/$process/task"/*/status
    fi
  done
}

if declare -F "prepare_$alternative" >/dev/null; then
  "prepare_$alternative"
fi

# With a keystore of root's if it can, with one of the user's else.
keystore=$work/root.p12
if start "$keystore"; then
  fact 'key' yes
else
  fact 'key' "no: $(last_words)"
  stop
  keystore=$work/app.p12
  if ! start "$keystore"; then
    fact 'does not start' "$(last_words)"
    exit
  fi
fi
fact class "$(tr '\0' '\n' <"/proc/$(pgrep -s "$session" | tail -n 1)/cmdline" | grep -E 'Server$')"
fact binds "$(sed -n 's/^binds as //p' "$work/output")"
states >>"$work/facts/states"
fact read "$(attack "read:$keystore")"
fact bind "$(attack bind:81)"
fact read-elsewhere "$(attack "finalizer:read:$keystore")"
fact bind-elsewhere "$(attack finalizer:bind:81)"
fact setuid "$(attack setuid)"
fact environ "$(attack read:/proc/self/environ)"
fact start "$(attack 'start:id -u')"
fact start-capabilities "$(attack 'start:sed -n "s/CapEff:.//p" /proc/self/status')"
fact system "$(attack system)"
fact set-user-id "$(attack "start:$work/set-user-id -u")"
if [ "$alternative" = jsvc ]; then
  note 'the threads of the JVM without a capability' "$(grep -lE '^CapEff:.0+$' \
    "/proc/$(pgrep -s "$session" | tail -n 1)/task"/*/status | xargs sed -n 's/^Name:.//p' | paste -sd , | sed 's/,/, /g')"
  # After a minute, lest it loops.
  attack halt:123 >/dev/null
  for ((i = 0; i < 750; i++)); do
    [ "$(grep -c '^binds as' "$work/output")" -lt 2 ] || break
    sleep 0.1
  done
  note '`Runtime.halt(123)` in the JVM' "$(sed -n 's/^binds as /starts again within a minute, as /p' "$work/output" | sed -n 2p)"
fi
stop

if start "$keystore" setpriv --no-new-privs; then
  fact no-new-privs yes
else
  fact no-new-privs "no: $(last_words)"
fi
stop
if [[ $alternative != @(root|setcap|authbind|sysctl) ]]; then
  if start "$keystore" strace -f -qq -o /dev/null -e trace=setuid,setresuid \
    -e inject=setuid,setresuid:error=EPERM; then
    fact fault "serves as uid $(states | cut -f 4 | sort -u | paste -sd ,)"
  else
    fact fault "does not serve: $(last_words)"
  fi
  stop
fi
