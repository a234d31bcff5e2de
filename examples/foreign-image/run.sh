#!/usr/bin/env bash
# Runs an image of somebody else, which starts Java as root and has no user for it, without a new
# image: nonroot comes as a volume, and what it does by the environment. See README.md.
#
#   FOREIGN_IMAGE   the image; it has to start a Tomcat in /usr/local/tomcat, as "tomcat:10.1" does
# shellcheck source-path=SCRIPTDIR source=../containers.sh
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"

root='uid 0, gid 0, groups *, capabilities [!n]*, no_new_privs 0'
stepped_down='uid 10001, gid 10001, groups 10001, capabilities none, no_new_privs 1'
root_line='this JVM runs as root (uid 0) \[root-uid]'
agent=-javaagent:/opt/nonroot/nonroot-agent.jar
library=-agentpath:/opt/nonroot/lib/libnonroot.so
volume=nonroot-foreign-$$
tools=(-v "$volume:/opt/nonroot:ro")

# serve THREADS OPTION... [IMAGE COMMAND...]
serve() {
  local threads=$1
  shift
  expect_server http://127.0.0.1:8080/ 'the page of the application' "$threads" \
    -v "$here/webapp:/usr/local/tomcat/webapps/ROOT:ro" "$@"
}

begin
foreign=${FOREIGN_IMAGE:-localhost/nonroot-example-foreign}
if [[ -z ${FOREIGN_IMAGE:-} ]]; then
  build nonroot-example-foreign -f "$here/Dockerfile.foreign"
fi

title '1. As it comes' 'docker run foreign'
serve "$root" "$foreign"

title '2. nonroot into a volume: an empty one is filled from the image' \
  'docker run --rm -v nonroot:/opt/nonroot localhost/nonroot /opt/nonroot/bin/nonroot --version'
volumes+=("$volume")
run_container -v "$volume:/opt/nonroot" localhost/nonroot /opt/nonroot/bin/nonroot --version
expect 'the launcher' "$out" 'nonroot [0-9]*'
expect 'the exit code' "$exit_code" 0

title '3. Refused, so that it is seen' \
  "docker run -v nonroot:/opt/nonroot:ro -e JAVA_TOOL_OPTIONS=$agent foreign"
run_container "${tools[@]}" -e JAVA_TOOL_OPTIONS=$agent "$foreign"
expect 'the exit code' "$exit_code" 77
expect 'what nonroot says' "$(messages)" "nonroot: refused: $root_line"$'\n''nonroot: fix: USER *'

title '4. Warned about' \
  "docker run … -e JAVA_TOOL_OPTIONS=$agent -e NONROOT_ACTION=warn foreign"
serve "$root" "${tools[@]}" -e JAVA_TOOL_OPTIONS=$agent -e NONROOT_ACTION=warn "$foreign"
expect 'what nonroot says' "$(messages | head -n 1)" "nonroot: warning: $root_line"

title '5. Made safe by the agent' \
  'docker run -v nonroot:/opt/nonroot:ro --env-file nonroot.env foreign'
serve "$stepped_down" "${tools[@]}" --env-file "$here/nonroot.env" "$foreign"
expect 'what nonroot says' "$(messages)" ''

title '6. The same by libnonroot.so' \
  "docker run … --env-file nonroot.env -e JAVA_TOOL_OPTIONS=$library foreign"
serve "$stepped_down" "${tools[@]}" --env-file "$here/nonroot.env" \
  -e JAVA_TOOL_OPTIONS=$library "$foreign"
expect 'what nonroot says' "$(messages)" ''

title '7. Made safe by the launcher: nothing of the image runs as root, not even its shell' \
  'docker run … --entrypoint /opt/nonroot/bin/nonroot foreign -u 10001 -- catalina.sh run'
serve "$stepped_down" "${tools[@]}" --entrypoint /opt/nonroot/bin/nonroot "$foreign" \
  -u 10001 -- catalina.sh run
expect 'what nonroot says' "$(messages)" ''

title '8. From a directory of the host, and with a read-only root' \
  "docker run -v $tree:/opt/nonroot:ro --env-file nonroot.env --read-only … foreign"
tomcat_tmpfs=()
for directory in logs temp work; do
  tomcat_tmpfs+=(--tmpfs "/usr/local/tomcat/$directory:mode=1777")
done
serve "$stepped_down" -v "$tree:/opt/nonroot:ro" --env-file "$here/nonroot.env" \
  --read-only "${tomcat_tmpfs[@]}" "$foreign"
expect 'what nonroot says' "$(messages)" ''
end
