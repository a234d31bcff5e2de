#!/usr/bin/env bash
# A real database server (H2) on a volume that is root's, by an image that starts as root: who the
# server is, and whether what was written survives, in each way that such an image is started.
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"

volume='' # what the containers have as /data
user='uid 10001, gid 10001, groups 10001, capabilities none, no_new_privs 1'

# A directory of root's, as a fresh volume is; podman would give a named one to the image's user.
new_volume() {
  volume=$work/$1
  mkdir "$volume"
  chmod 755 "$volume"
}

start_database() {
  local name=$1
  shift
  start_container "$name" --volume "$volume:/data" "$@" localhost/nonroot-entrypoint
  wait_for 60 says "$name" 'TCP server running' \
    || die "the database is not there: $(engine logs "$name" 2>&1)"
}

# sql NAME STATEMENT: by H2's own client, over TCP, in the container; as anybody but root.
sql() {
  engine exec --user 12345 "$1" java -cp /opt/h2/h2.jar org.h2.tools.Shell -user sa \
    -url jdbc:h2:tcp://127.0.0.1/./orders -sql "$2" 2>&1 | grep -v '^Picked up '
}

# H2 closes a database when nobody is connected, unless it is told to wait for the server's end.
stay='set db_close_delay -1;'

create() {
  expect 'what is written' "$(sql "$1" "$stay create table orders (item varchar);
    insert into orders values ('a chair'); select item from orders")" '*ITEM*a chair*1 row*'
}

read_back() {
  expect 'what was written, and can be added to' "$(sql "$1" "$stay insert into orders values ('a table');
    select item from orders where item = 'a chair'")" '*ITEM*a chair*1 row*'
}

# H2 marks its file when it closes it, and takes the mark away with the next write, a second later.
is_closed() { head -c 4096 "$volume/orders.mv.db" | grep -a -q clean:1; }
is_open() { ! is_closed; }

stop_database() {
  wait_for 30 is_open || problem 'the file is marked as closed while the server runs'
  stop_container "$1"
  expect 'exit code after SIGTERM' "$exit_code" 143
  expect 'its file, by the shutdown hook' "$(is_closed && echo closed || echo open)" closed
}

begin
if [[ $CONTAINER_ENGINE == podman ]]; then
  "$repository/src/script/install-packages" --needed-by "$example" catatonit:catatonit
fi
compose=(docker compose)
if ! docker compose version >/dev/null 2>&1; then
  "$repository/src/script/install-packages" --needed-by "$example" docker-compose:docker-compose
  compose=(docker-compose)
fi
build nonroot-entrypoint

title 'Why it has to start as root' "$CONTAINER_ENGINE run --user appuser --volume DIRECTORY:/data"
new_volume fresh
run_container --user appuser --volume "$volume:/data" --entrypoint touch \
  localhost/nonroot-entrypoint /data/file
expect 'writing as appuser' "$err" '*Permission denied*'

title 'Started as root' "$CONTAINER_ENGINE run --volume DIRECTORY:/data"
start_database nonroot-entrypoint-1
expect 'all threads, seen by the kernel' "$(threads_of nonroot-entrypoint-1)" "$user"
expect 'processes in the container' "$(engine exec nonroot-entrypoint-1 sh -c 'cd /proc
  for pid in [0-9]*; do [ "$pid" = $$ ] || tr "\0" " " <"$pid/cmdline" | cut -d " " -f 1; done')" java
create nonroot-entrypoint-1
expect 'whose file it is' "$(stat -c %u:%g "$volume/orders.mv.db")" 10001:10001
stop_database nonroot-entrypoint-1

# The compose file's, but for the capability that only some volumes need.
limits=(--cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add CHOWN --read-only --tmpfs /tmp
  --security-opt no-new-privileges)
title 'Again, with three capabilities and a read-only root' \
  "$CONTAINER_ENGINE run ${limits[*]} --volume DIRECTORY:/data"
start_database nonroot-entrypoint-2 "${limits[@]}"
expect 'all threads, seen by the kernel' "$(threads_of nonroot-entrypoint-2)" "$user"
read_back nonroot-entrypoint-2
stop_database nonroot-entrypoint-2

title 'Without the right to change its ids' \
  "$CONTAINER_ENGINE run --cap-drop ALL --volume DIRECTORY:/data"
run_container --cap-drop ALL --volume "$volume:/data" localhost/nonroot-entrypoint
expect 'exit code' "$exit_code" 125
expect 'what it says' "$err" 'nonroot: error: *--cap-add*'

title 'A directory that only the server may enter' \
  "$CONTAINER_ENGINE run ${limits[*]} --volume DIRECTORY:/data"
mkdir -m 700 "$volume/private"
chown 10001:10001 "$volume/private"
run_container "${limits[@]}" --volume "$volume:/data" localhost/nonroot-entrypoint
expect 'exit code' "$exit_code" 125
expect 'what it says' "$err" 'nonroot: error: *CAP_DAC_READ_SEARCH*'
run_container "${limits[@]}" --cap-add DAC_READ_SEARCH --volume "$volume:/data" \
  localhost/nonroot-entrypoint id -u
expect 'with DAC_READ_SEARCH' "$exit_code $out" '0 10001'

title 'With an init' "$CONTAINER_ENGINE run --init --volume DIRECTORY:/data"
start_database nonroot-entrypoint-3 --init
expect 'process 1, the init, stays root' "$(threads_of nonroot-entrypoint-3)" 'uid 0, *'
child=$(cat "/proc/$(pid_of nonroot-entrypoint-3)"/task/*/children)
expect 'its child, the server' "$(threads_of_process "${child// /}")" "$user"
read_back nonroot-entrypoint-3
stop_database nonroot-entrypoint-3

title 'As another user, with a volume that is his' "$CONTAINER_ENGINE run --user 9000 --volume ..."
new_volume prepared
chown 9000:0 "$volume"
start_database nonroot-entrypoint-4 --user 9000
expect 'all threads, seen by the kernel' "$(threads_of nonroot-entrypoint-4)" \
  'uid 9000, gid 0, groups *, capabilities none, no_new_privs 1'
create nonroot-entrypoint-4
expect 'whose file it is' "$(stat -c %u:%g "$volume/orders.mv.db")" 9000:0
stop_database nonroot-entrypoint-4

title 'The compose file' "${compose[*]} config"
expect 'what is wrong with it' "$("${compose[@]}" -f "$here/compose.yaml" config --quiet 2>&1)" ''

end
