#!/usr/bin/env bash
# Starts an unmodified Apache Tomcat as root, without nonroot and with it, and shows each time who
# the server really is: from inside, by what a page of it can do, and from outside, by what the
# kernel says of all its threads. Exit code 0 if each start did exactly what it should, else 1.
#
# It needs a JDK from 17 on and Maven from 3.8 on, and changes nothing outside of this repository's
# target directories (and of a temporary directory, if others cannot reach those).
#
# QUICKSTART_BUILT=1: all is built, Maven is not called.
set -euo pipefail
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repository=$(cd "$here/../.." && pwd -P)
tree=$repository/dist/target/nonroot
user=10001
secret='the database password'

work='' # what the servers run from; removed at the end
logs='' # kept, if something went wrong
pid=''  # the server that runs
problems=0

say() { printf '%s\n' "$*"; }
row() { printf '   %-8s %s\n' "$1" "$2"; }
die() {
  say "quickstart: $*" >&2
  exit 1
}

problem() {
  row FAILED "$*"
  problems=$((problems + 1))
}

# expect WHAT IS SHOULD
expect() {
  if [[ $2 != "$3" ]]; then
    problem "$1 is '$2', and should be '$3'"
  fi
}

# ---- before and after -----------------------------------------------------------------------

clean_up() {
  local code=$?
  trap - EXIT
  trap '' HUP INT TERM
  stop_server
  if [[ -n $work ]]; then
    rm -rf "$work"
  fi
  if [[ $logs != "$here/target/logs" && ($code -eq 0 || -z $(ls -A "$logs")) ]]; then
    rm -rf "$logs"
  elif [[ $code -ne 0 && -n $(ls -A "$logs") ]]; then
    say "The logs are in $logs" >&2
  fi
  exit "$code"
}

make_log_directory() {
  logs=$here/target/logs
  if ! { rm -rf "$logs" && mkdir -p "$logs"; } 2>/dev/null; then
    logs=$(mktemp -d "${TMPDIR:-/tmp}/nonroot-quickstart-logs.XXXXXX")
  fi
}

find_java() {
  local java=java settings
  if [[ -n ${JAVA_HOME:-} ]]; then
    java=$JAVA_HOME/bin/java
  fi
  settings=$(env -u JAVA_TOOL_OPTIONS "$java" -XshowSettings:properties -version 2>&1) \
    || die 'there is no java: neither JAVA_HOME nor PATH leads to one (apt-get install default-jdk)'
  JAVA_HOME=$(sed -n 's/^ *java\.home = //p' <<<"$settings")
  java_version=$(sed -n 's/^ *java\.version = //p' <<<"$settings")
  if ((${java_version%%[!0-9]*} < 17)); then
    die "$JAVA_HOME is Java $java_version, and 17 is the oldest that will do"
  fi
}

build() {
  command -v mvn >/dev/null || die 'there is no mvn in PATH (apt-get install maven)'
  say 'Building with Maven; the first time it fetches what it needs, which takes minutes.'
  local without=()
  if ! can_compile_c; then
    without=(-DskipNative)
    row note 'musl-gcc is not there (apt-get install musl-tools), so the native agent is left out'
  fi
  (cd "$repository" \
    && mvn -B -ntp -DskipTests -Dspotless.check.skip "${without[@]}" -pl examples -am package) \
    </dev/null 2>&1 | tee "$logs/build.log" | show_progress \
    || die "the build failed: $(grep -m 1 '^\[ERROR\]' "$logs/build.log")"
  say
}

# For root on Debian the build installs what it needs.
can_compile_c() {
  { command -v gcc && command -v musl-gcc; } >/dev/null \
    || { (($(id -u) == 0)) && command -v apt-get >/dev/null; }
}

show_progress() {
  local line module='^\[INFO\] Building (.*[^ ]) +[^ ]+ +\[(.*)\]$'
  while IFS= read -r line; do
    if [[ $line =~ $module ]]; then
      row "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}"
    fi
  done
}

# Nothing that is set for other JVMs on this machine is to change the outcome.
forget_settings() {
  unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS JRE_HOME CLASSPATH
  unset "${!CATALINA_@}" "${!NONROOT_@}" "${!JPDA_@}"
  export JAVA_HOME
}

# As the user that the servers are to step down to.
as_user() { "$tree/bin/nonroot-launcher" -u "$user" -- "$@"; }

# The servers run from copies, as Tomcat unpacks with files that only its owner may read, and as
# the user may have no way into this directory: a clone below /root, say.
make_work_directory() {
  local parent
  for parent in "$here/target" /var/tmp "${TMPDIR:-/tmp}"; do
    # JAVA_TOOL_OPTIONS separates by blanks, -javaagent by =.
    if [[ $parent != *[!A-Za-z0-9/._+-]* && -w $parent ]]; then
      work=$(mktemp -d "$parent/nonroot-quickstart.XXXXXX")
      chmod 755 "$work"
      if can_run_programs_in "$work"; then
        break
      fi
      rmdir "$work"
      work=''
    fi
  done
  if [[ -z $work ]]; then
    die "no programs can be run as uid $user in $here/target, /var/tmp and ${TMPDIR:-/tmp}:" \
      'they are mounted noexec, or others may not search them'
  fi
  cp -R "$tree" "$work/nonroot"
  cp -R "$tomcat" "$work/tomcat"
  if ((root)) && ! as_user test -x "$JAVA_HOME/bin/java" -a -r "$JAVA_HOME/lib/modules"; then
    say "uid $user has no access to $JAVA_HOME: the servers run on a copy of it."
    cp -R "$JAVA_HOME" "$work/java"
    JAVA_HOME=$work/java
  fi
  chmod -R go+rX "$work"
}

# can_run_programs_in DIRECTORY: for the user, or for an ordinary user who is here, for that one.
can_run_programs_in() {
  local code=0 program=$1/program
  printf '#!/bin/sh\n' >"$program"
  chmod 755 "$program"
  as_user "$program" 2>/dev/null || code=$?
  rm "$program"
  return "$code"
}

# Something that only root may read, and something that makes a process root if it lets itself.
set_traps() {
  export QUICKSTART_SECRET=$work/secret QUICKSTART_SETUID=$work/setuid/id
  (umask 077 && say "$secret" >"$QUICKSTART_SECRET")
  mkdir "$work/setuid"
  cp -L "$(command -v id)" "$QUICKSTART_SETUID"
  chmod 4755 "$QUICKSTART_SETUID"
}

# ---- a server -------------------------------------------------------------------------------

# start_server NAME WORD...: runs env(1) with the words, and waits until it serves or has ended.
start_server() {
  local base=$work/$1 give_up=$((SECONDS + 120))
  log=$logs/$1.log
  shift
  mkdir -p "$base"/{conf,temp,webapps,work}
  cp "$here/conf/server.xml" "$work/tomcat/conf/web.xml" "$base/conf"
  cp -R "$here/webapp" "$base/webapps/ROOT"
  if [[ -n $owner ]]; then
    chown -R "$owner" "$base"
  fi
  : >"$log"
  # With performance data each JVM would have a file in /tmp/hsperfdata_root.
  env CATALINA_BASE="$base" CATALINA_OPTS=-XX:-UsePerfData "$@" </dev/null >"$log" 2>&1 &
  pid=$!
  port=''
  exit_code=''
  while kill -0 "$pid" 2>/dev/null; do
    port=$(sed -n '/.*http-nio-127\.0\.0\.1-auto-[0-9]*-\([0-9]*\).*/{s//\1/p;q}' "$log")
    if [[ -n $port ]]; then
      return
    elif ((SECONDS > give_up)); then
      return
    fi
    sleep 0.2
  done
  wait "$pid" && exit_code=0 || exit_code=$?
  pid=''
}

stop_server() {
  local give_up=$((SECONDS + 30))
  if [[ -z $pid ]]; then
    return 0 # a plain return in a trap gives the exit code of what was before it
  fi
  # Again and again, as a shell that has just been forked loses a signal.
  while kill -TERM "$pid" 2>/dev/null; do
    if ((SECONDS > give_up)); then
      problem 'the server does not end by SIGTERM'
      kill -KILL "$pid" 2>/dev/null || true
      break
    fi
    sleep 0.2
  done
  wait "$pid" 2>/dev/null && exit_code=0 || exit_code=$?
  pid=''
}

# Puts the server's page into page, by bash alone: a fresh machine has no HTTP client.
fetch_page() {
  local line body=''
  page=''
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 0
  printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  while IFS= read -r -t 60 line <&3 || [[ -n $line ]]; do
    if [[ -n $body && -n $line ]]; then
      page+=$line$'\n'
    elif [[ $line == $'\r' ]]; then
      body=1
    fi
  done
  exec 3>&-
}

# from_page KEY
from_page() { sed -n "s/^$1: //p" <<<"$page"; }

# A line for each identity that threads of the server have: their number, uid, gid, groups, number
# of capabilities, no_new_privs. An id is four, with commas, if real, effective, saved and
# filesystem id are not the same.
identities() {
  { cat /proc/"$pid"/task/*/status 2>/dev/null || true; } | awk '
    function ids() { return $2 == $3 && $3 == $4 && $4 == $5 ? $2 : $2 "," $3 "," $4 "," $5 }
    function ones(hex, i, sum) {
      for (i = 1; i <= length(hex); i++)
        sum += substr("0112122312232334", index("0123456789abcdef", substr(hex, i, 1)), 1)
      return sum + 0
    }
    $1 == "Uid:" { uid = ids() }
    $1 == "Gid:" { gid = ids() }
    $1 == "Groups:" { groups = $2; for (i = 3; i <= NF; i++) groups = groups "," $i }
    $1 == "CapPrm:" { capabilities = ones($2) }
    $1 == "NoNewPrivs:" {
      threads[uid " " gid " " (groups == "" ? "none" : groups) " " capabilities " " $2]++
    }
    END { for (identity in threads) print threads[identity], identity }'
}

# The identities in words.
describe() {
  local count uid gid groups capabilities no_new_privs all=' all'
  if [[ $1 == *$'\n'* ]]; then
    all=''
  fi
  while read -r count uid gid groups capabilities no_new_privs; do
    if ((capabilities == 0)); then
      capabilities=no
    fi
    row outside "$count threads,$all uid $uid, gid $gid, groups $groups, $capabilities \
capabilities, no_new_privs $no_new_privs"
  done <<<"$1"
}

# What nonroot said to the server's stderr.
messages() { grep '^nonroot: ' "$log" || true; }

# Lines in full, but for a list of all capabilities there are.
show_messages() {
  local line label=log
  while IFS= read -r line; do
    if ((${#line} > 180)); then
      line="${line:0:100} ..."
    fi
    row "$label" "$line"
    label=''
  done <<<"$(messages)"
}

# Looks at the server that runs: who is what identities found.
look() {
  local line label=inside
  who=''
  if [[ -z $port ]]; then
    if [[ -n $exit_code ]]; then
      problem "the server ended with exit code $exit_code"
    else
      problem 'the server does not serve after two minutes'
    fi
    tail -n 5 "$log"
    return 1
  fi
  fetch_page
  while IFS= read -r line; do
    row "$label" "$line"
    label=''
  done <<<"${page%$'\n'}"
  who=$(identities)
  describe "$who"
  if ! tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q org.apache.catalina.startup.Bootstrap; then
    problem "process $pid is not the server"
  fi
}

# ---- the starts -----------------------------------------------------------------------------

# title NUMBER TEXT COMMAND
title() {
  say
  say "$1. $2"
  say "   \$ $3"
  before=$problems
}

verdict() {
  if ((problems == before)); then
    row '=>' "$1"
  fi
}

# expect_uid UID: for all threads
expect_uid() {
  local one_line="^[0-9]+ $1 [^"$'\n'']*$'
  if [[ ! $who =~ $one_line ]]; then
    problem "not all threads have uid $1"
  fi
}

expect_root() {
  expect user.name "$(from_page 'user\.name')" root
  expect "what it reads of root's file" "$(from_page "root's file, mode 0600")" "$secret"
  expect 'who the set-user-ID program is' "$(from_page 'set-user-ID root program')" 'uid 0'
  expect_uid 0
}

expect_user() {
  local id='[1-9][0-9]*'
  if [[ $(from_page 'user\.name') == root ]]; then
    problem 'user.name is root'
  fi
  expect "what it reads of root's file" "$(from_page "root's file, mode 0600")" 'Permission denied'
  expect 'who the set-user-ID program is' "$(from_page 'set-user-ID root program')" "uid $user"
  local without_root="^[0-9]+ $user $id $id(,$id)* 0 1$"
  if [[ ! $who =~ $without_root ]]; then
    problem "not all threads are uid $user without root's groups, without capabilities, and with" \
      'no_new_privs'
  fi
  expect 'what nonroot says' "$(messages)" ''
}

# Whether the set-user-ID program makes a process root that has not given that up for good.
check_setuid() {
  local uid
  uid=$("$work/nonroot/bin/nonroot-launcher" -u "$user" --allow-new-privs -- \
    "$QUICKSTART_SETUID" -u 2>&1) || true
  if [[ $uid != 0 ]]; then
    row note 'set-user-ID programs give nobody root here (nosuid or no-new-privileges), so in the'
    row '' 'starts below that they do not says nothing'
  fi
}

as_it_comes() {
  title 1 'As it comes' 'catalina.sh run'
  start_server 1-as-it-comes "$catalina" run
  if look; then
    expect_root
    expect 'what nonroot says' "$(messages)" ''
    check_setuid
  fi
  stop_server
  verdict 'Whoever finds a hole in this server is root.'
}

warned() {
  title 2 'With the agent, which is to warn' \
    "JAVA_TOOL_OPTIONS=-javaagent:nonroot-agent.jar=action=warn,user=$user catalina.sh run"
  start_server 2-warn JAVA_TOOL_OPTIONS="-javaagent:$agent=action=warn,user=$user" "$catalina" run
  if look; then
    show_messages
    expect_root
    if [[ $(messages) != *"nonroot: warning: this JVM runs as root (uid 0)"*"[$root_rule]"* ]]; then
      problem "there is no warning [$root_rule]"
    fi
  fi
  stop_server
  verdict 'It runs as before, and its log says what is wrong and what to do.'
}

refused() {
  local options='' rest
  if [[ $root_rule == userns-root ]]; then
    options='=deny=userns-root'
  fi
  title 3 'With the agent as it is by default' \
    "JAVA_TOOL_OPTIONS=-javaagent:nonroot-agent.jar$options catalina.sh run"
  if [[ -n $options ]]; then
    row note 'root of a user namespace, as in a rootless container, is refused only on demand'
  fi
  start_server 3-refuse JAVA_TOOL_OPTIONS="-javaagent:$agent$options" "$catalina" run
  show_messages
  row exit "${exit_code:-none, it runs}"
  rest=$(messages | sed '1s/.*\[\(.*\)\]$/\1/; 2s/^nonroot: fix: .*/fix/' | tr '\n' ' ')
  expect 'what nonroot says' "$rest" "$root_rule fix "
  expect 'the exit code' "$exit_code" 77
  expect 'what else is in the log' "$(grep -v -e '^nonroot: ' -e '^Picked up ' "$log" || true)" ''
  stop_server
  verdict 'It did not start, and the two lines say why and what to do.'
}

dropped() {
  title 4 'With the agent, which is to step down' \
    "JAVA_TOOL_OPTIONS=-javaagent:nonroot-agent.jar=action=drop,user=$user catalina.sh run"
  start_server 4-drop JAVA_TOOL_OPTIONS="-javaagent:$agent=action=drop,user=$user" "$catalina" run
  if look; then
    expect_user
  fi
  stop_server
  verdict 'The same start as root, and it gave root up before the first class of Tomcat was loaded.'
}

dropped_by_library() {
  title 5 'Stepped down by libnonroot.so, before the JVM has started' \
    "JAVA_TOOL_OPTIONS=-agentpath:lib/libnonroot.so=action=drop,user=$user catalina.sh run"
  if [[ ! -e $library ]]; then
    row 'left out' 'lib/libnonroot.so is not built: that needs gcc and musl-gcc'
    return
  fi
  start_server 5-library JAVA_TOOL_OPTIONS="-agentpath:$library=action=drop,user=$user" \
    "$catalina" run
  if look; then
    expect_user
  fi
  stop_server
  verdict 'The same by a library of C, which Java 8 can load as well.'
}

launched() {
  title 6 'By the launcher, in a JVM that refuses root' \
    "JAVA_TOOL_OPTIONS=-javaagent:nonroot-agent.jar nonroot-launcher -u $user -- catalina.sh run"
  start_server 6-launcher JAVA_TOOL_OPTIONS="-javaagent:$agent" \
    "$work/nonroot/bin/nonroot-launcher" -u "$user" -- "$catalina" run
  if look; then
    expect_user
  fi
  stop_server
  verdict 'The JVM of Tomcat was never root, so the agent has nothing to refuse.'
}

already_nonroot() {
  title "$1" "$2" "$3"
  start_server "${@:4}"
  if look; then
    expect_uid "$(id -u)"
    expect 'what nonroot says' "$(messages)" ''
  fi
  stop_server
}

run_as_root() {
  # set in a user namespace that maps root to somebody else, as in a rootless container
  root_rule='root-uid'
  if awk '$1 == 0 && $2 != 0 { found = 1 } END { exit !found }' /proc/self/uid_map; then
    root_rule='userns-root'
  fi
  set_traps
  as_it_comes
  warned
  refused
  owner=$user:$user # of what the server writes to
  dropped
  dropped_by_library
  launched
}

run_as_ordinary_user() {
  say
  say "You are uid $(id -u). What nonroot does to a server that is started as root, only root can"
  say 'show: sudo examples/quickstart/run.sh. For you, nonroot has nothing to do, and does nothing:'
  already_nonroot 1 'With the agent, which refuses root' \
    'JAVA_TOOL_OPTIONS=-javaagent:nonroot-agent.jar catalina.sh run' \
    1-agent JAVA_TOOL_OPTIONS="-javaagent:$agent" "$catalina" run
  verdict 'It runs, and the agent is silent.'
  already_nonroot 2 'By the launcher' "nonroot-launcher -u $user -- catalina.sh run" \
    2-launcher "$work/nonroot/bin/nonroot-launcher" -u "$user" -- "$catalina" run
  verdict 'It runs as you: there is no root to step down from.'
}

main() {
  root=0
  if (($(id -u) == 0)); then
    root=1
  fi
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  make_log_directory
  find_java
  if [[ ${QUICKSTART_BUILT:-} != 1 ]]; then
    build
  fi
  forget_settings
  tomcat=$(printf '%s\n' "$here"/target/apache-tomcat-* | sort -V | tail -n 1)
  if [[ ! -d $tomcat || ! -e $tree/nonroot-agent.jar ]]; then
    die "there is no Tomcat in $here/target, or no nonroot in $tree: run without QUICKSTART_BUILT"
  fi
  if ((root)) && ! as_user true; then
    die "this root cannot step down to uid $user, so there is nothing to show"
  fi
  say "Apache Tomcat ${tomcat##*-} on Java $java_version, started by uid $(id -u)"
  make_work_directory
  agent=$work/nonroot/nonroot-agent.jar
  library=$work/nonroot/lib/libnonroot.so
  catalina=$work/tomcat/bin/catalina.sh
  owner=''
  if ((root)); then
    run_as_root
  else
    run_as_ordinary_user
  fi
  say
  if ((problems > 0)); then
    say "$problems of the expectations failed."
    exit 1
  fi
  say 'All of it was as it should be.'
}

main
