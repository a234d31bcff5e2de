#!/usr/bin/env bash
# One base image with the agent, one application FROM it, and what each container makes of that:
# warned about, refused, stepped down, and locked. See README.md.
# shellcheck source-path=SCRIPTDIR source=../containers.sh
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"

root_line='this JVM runs as root (uid 0) \[root-uid]'
stepped_down='uid 10001, gid 10001, groups 10001, capabilities none, no_new_privs 1'

# serve THREADS OPTION... IMAGE
serve() { expect_server http://127.0.0.1:8080/ 'the page of the application' "$@"; }

# locked OPTION...: a JVM of the locked image that ends by itself, and who the report says it was.
locked() {
  run_container -e NONROOT_REPORT_FILE=/tmp/report "$@" $locked_app \
    sh -c 'catalina.sh version && cat /tmp/report'
  expect 'the exit code' "$exit_code" 0
  expect 'the report' "$(grep -o -e '"verdict":"[a-z]*"' -e '"uid":[^]]*]' <<<"$out")" \
    '"verdict":"dropped"'$'\n''"uid":\[10001,10001,10001,10001]'
}

expect_refused() {
  expect 'the exit code' "$exit_code" 77
  expect 'what nonroot says' "$(messages)" "nonroot: refused: $root_line"$'\n''nonroot: fix: USER *'
}

# expect_ignored KEY SOURCE: the locked file wins.
expect_ignored() {
  expect 'what nonroot says' "$(messages)" \
    "nonroot: warning: $1 in $2 is ignored: it is locked by /etc/nonroot/nonroot.properties"
}

begin
build nonroot-example-base -f "$here/Dockerfile.base"
build nonroot-example-app
build nonroot-example-locked-base -f "$here/Dockerfile.locked"
build nonroot-example-locked-app --build-arg BASE_IMAGE=localhost/nonroot-example-locked-base
app=localhost/nonroot-example-app
locked_app=localhost/nonroot-example-locked-app
variable='the environment variable'
library=-agentpath:/opt/nonroot/lib/libnonroot.so

title '1. The base image warns' 'docker run app'
serve 'uid 0, gid 0, *, no_new_privs 0' $app
expect 'what nonroot says' "$(messages | head -n 1)" "nonroot: warning: $root_line"

title '2. It complies' 'docker run --user 10001 app'
serve 'uid 10001, gid 0, *, capabilities none, no_new_privs 0' --user 10001 $app
expect 'what nonroot says' "$(messages)" ''

title '3. This container refuses' 'docker run -e NONROOT_ACTION=refuse app'
run_container -e NONROOT_ACTION=refuse $app
expect_refused

title '4. This container steps down' 'docker run -e NONROOT_ACTION=drop app'
serve "$stepped_down" -e NONROOT_ACTION=drop $app
expect 'what nonroot says' "$(messages)" ''

title '5. The same by libnonroot.so' "docker run -e JAVA_TOOL_OPTIONS=$library app"
run_container -e JAVA_TOOL_OPTIONS=$library -e NONROOT_ACTION=refuse $app
expect_refused
serve "$stepped_down" -e JAVA_TOOL_OPTIONS=$library -e NONROOT_ACTION=drop $app
expect 'what nonroot says' "$(messages)" ''

title '6. A mistake is not ignored' 'docker run -e NONROOT_ACTION=dorp app'
run_container -e NONROOT_ACTION=dorp $app
expect 'the exit code' "$exit_code" 78
expect 'what nonroot says' "$(messages)" 'nonroot: error: *NONROOT_ACTION*'

title '7. The locked base image steps down, whatever variable or option of nonroot is set' \
  'docker run -e NONROOT_ACTION=off locked-app'
serve "$stepped_down" -e NONROOT_ACTION=off $locked_app
expect_ignored action "$variable NONROOT_ACTION"
for setting in USER=12345 EXEMPT=org.apache.catalina.util.ServerInfo CONFIG=/tmp/mine \
  DROP_AFTER=bind:1 DROP_DEADLINE=9m NO_NEW_PRIVS=false ALLOW=root-uid MIN_UID=0 \
  PROFILE=restricted DENY=seccomp WARN=root-uid ALLOW_CAPS=SYS_ADMIN; do
  key=${setting%%=*} name=${key,,}
  locked -e "NONROOT_$setting"
  expect_ignored "${name//_/-}" "$variable NONROOT_$key"
done
for agent in -javaagent:/opt/nonroot/nonroot-agent.jar $library; do
  locked -e JAVA_TOOL_OPTIONS="$agent=action=off"
  expect_ignored action 'the agent options'
done

title '8. But who leaves the agent out is root' 'docker run -e JAVA_TOOL_OPTIONS= locked-app'
serve 'uid 0, gid 0, *' -e JAVA_TOOL_OPTIONS= $locked_app
expect 'what nonroot says' "$(messages)" ''
end
