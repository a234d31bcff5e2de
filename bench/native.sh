#!/bin/bash
# bench/native.sh [--trial] [PART...]: how fast the native parts are beside what people use instead.
#
# The parts are start, files, own, cold and jvm: see docs/benchmarks.md. Without any it measures all of
# them, and writes the tables into docs/benchmarks.md and the picture docs/native.svg. With some, or
# with --trial (a tenth of the runs), it prints the tables, and the picture goes to bench/target.
#
# A machine's speed drifts. So everything that is compared takes its turn in each of several rounds,
# the order is another one each time, and what counts is the median of the rounds' medians; ratios
# are the median of the ratios within each round.
#
# Needs root, Debian's packages or the commands of the list below, and dist/target/nonroot.
# shellcheck disable=SC2016,SC1112 # Markdown, and typographic apostrophes
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

if [ "${1:-}" != --in-namespace ]; then
  src/script/install-packages --needed-by bench/native.sh \
    hyperfine:hyperfine gosu:gosu chpst:runit s6-setuidgid:s6 setpriv:util-linux unshare:util-linux \
    gcc:gcc readelf:binutils musl-gcc:musl-tools
  # /etc/passwd and /etc/group become this script's own, for nobody else to see.
  exec unshare --mount --propagation private "$0" --in-namespace "$@"
fi
shift

rounds=10 scale=1 out=docs
if [ "${1:-}" = --trial ]; then
  rounds=3 scale=3 out=bench/target
  shift
fi
parts=("$@")
if [ $# = 0 ]; then
  parts=(start files own cold jvm)
else
  out=bench/target
fi
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
tables=$work/tables bars=$work/bars targets=$work/targets
touch "$tables" "$bars" "$targets"

nonroot=$PWD/dist/target/nonroot/bin/nonroot
for program in su-exec-like peak-rss; do
  musl-gcc -O2 -s -static -o "$work/$program" "bench/$program.c"
done
musl-gcc -O2 -s -static -x c -o "$work/true" - <<<'int main(void) { return 0; }'
ln -s "$nonroot" "$work/gosu"
true=$work/true

{ cat /etc/passwd; echo 'bench:x:10001:10001::/home/bench:/bin/sh'; } >"$work/passwd"
{ cat /etc/group; printf 'bench:x:10001:\nbenchers:x:10002:bench\n'; } >"$work/group"
use_accounts() {
  mount --bind "$1" /etc/passwd
  mount --bind "$2" /etc/group
}
use_accounts "$work/passwd" "$work/group"

# What runs all that is compared.
under=()
. bench/rounds.sh

peak() { "$work/peak-rss" "$@"; }

table() { printf '%s\n' "$@" >>"$tables"; }
panel() { printf 'panel\t%s\n' "$1" >>"$bars"; }
# bar NAME VALUE LABEL: a name that starts with nonroot, or has libnonroot in it, is ours.
bar() { printf 'bar\t%s\t%s\t%s\n' "$@" >>"$bars"; }
# target WHAT MEASURED UNIT LIMIT: met if it is not above the limit
target() {
  awk -v what="$1" -v is="$2" -v unit="$3" -v limit="$4" 'BEGIN {
    printf "| %s | %s%s | %s |\n", what, is, unit, is + 0 <= limit + 0 ? "yes" : "**no**"
  }' >>"$targets"
}

# With the bounding set, and so the capabilities, that Docker and podman give root in a container.
measure_start_in_container() {
  local results=$work/start-in-container name command set=-all
  for name in chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw \
    sys_chroot mknod audit_write setfcap; do
    set+=,+$name
  done
  under=(setpriv --inh-caps=-all --bounding-set="$set")
  compare "$results" 25 --warmup 3 <<<"$1"
  under=()
  table "### The same with a container's default capabilities" '' \
    '14 of the 41, so that there are 14 to drop.' '' \
    '| | median | beside the C program |' '|---|---|---|'
  while IFS=$'\t' read -r name command; do
    table "| $name | $(in_ms "$(time_of "$results" "$name")") ms | $(times \
      "$(ratio "$results" "$name" 'C program')") × |"
  done <<<"$1"
  table ''
  target '`nonroot -u` beside the C program, with a container’s capabilities: at most 1.8 ×' \
    "$(times "$(ratio "$results" 'nonroot -u' 'C program')")" ' ×' 1.8
}

measure_start() {
  local results=$work/start name command program row kind floor='the command itself'
  local user='--reuid=bench --regid=bench --init-groups'
  local all='--bounding-set=-all --inh-caps=-all --no-new-privs'
  local commands rounds=$((rounds * 4)) # short ones, as the speed drifts within one
  commands=$(printf '%s\t%s\n' \
    "$floor" "$true" \
    'C program' "$work/su-exec-like bench $true" \
    'nonroot -u' "$nonroot -u bench -- $true" \
    'nonroot as gosu' "$work/gosu bench $true" \
    'gosu' "$(command -v gosu) bench $true" \
    'setpriv' "$(command -v setpriv) $user $true" \
    'setpriv that drops all nonroot drops' "$(command -v setpriv) $user $all $true" \
    'chpst' "$(command -v chpst) -u bench $true" \
    's6-setuidgid' "$(command -v s6-setuidgid) bench $true")
  compare "$results" 25 --warmup 3 <<<"$commands"
  table '### A command as a user' '' \
    '| | median | beside the C program | binary | linked | max RSS |' '|---|---|---|---|---|---|'
  panel 'A command as a user, whole process, ms'
  while IFS=$'\t' read -r name command; do
    program=${command%% *}
    kind=static
    if readelf -lW "$program" | grep -q INTERP; then
      kind=dynamically
    fi
    row="$(times "$(ratio "$results" "$name" 'C program')") × | $(($(stat -Lc %s "$program") / 1000)) KB"
    # shellcheck disable=SC2086 # words
    row+=" | $kind | $(peak $command) KB"
    table "| $name | $(in_ms "$(time_of "$results" "$name")") ms | $row |"
    bar "$name" "$(time_of "$results" "$name")" "$(in_ms "$(time_of "$results" "$name")")"
  done <<<"$commands"
  table ''
  for name in gosu setpriv chpst s6-setuidgid; do
    target "\`nonroot -u\` beside $name: faster" \
      "$(times "$(ratio "$results" 'nonroot -u' "$name")")" ' ×' 0.99
  done
  target '`nonroot -u` beside the C program: at most 1.8 ×' \
    "$(times "$(ratio "$results" 'nonroot -u' 'C program')")" ' ×' 1.8
  measure_start_in_container "$(grep -v -e "^$floor" -e '^chpst' -e '^s6-setuidgid' <<<"$commands")"
  target '`bin/nonroot`: at most 320 KB' "$(stat -Lc %s "$nonroot")" ' bytes' 320000
  target '`nonroot -u`: max RSS at most 1 MB' "$(peak "$nonroot" -u bench -- "$true")" ' KB' 1024
}

# 100 MB each: passwd of 1.5 million lines, group of as many groups with three members each; the user
# is in the last line of one, and in the last but one (his own) and the last of the other.
make_large_accounts() {
  awk 'BEGIN {
    for (i = 0; length_so_far < 100000000; i++) {
      line = sprintf("user%07d:x:%d:%d:User %d:/home/user%07d:/usr/sbin/nologin",
        i, 100000 + i, 100000 + i, i, i)
      length_so_far += length(line) + 1
      print line
    }
    print "benchlast:x:10001:10001::/home/benchlast:/bin/sh"
  }' >"$work/large-passwd"
  awk 'BEGIN {
    for (i = 0; length_so_far < 100000000; i++) {
      line = sprintf("group%07d:x:%d:user%07d,user%07d,user%07d",
        i, 100000 + i, i, (i * 7919) % 1400000, (i * 104729) % 1400000)
      length_so_far += length(line) + 1
      print line
    }
    print "benchlast:x:10001:"
    print "benchers:x:10002:benchlast"
  }' >"$work/large-group"
}

# Runs of a second each: half as many rounds.
measure_files() {
  local rounds=$(((rounds + 1) / 2)) results=$work/files name command commands
  make_large_accounts
  use_accounts "$work/large-passwd" "$work/large-group"
  commands=$(printf '%s\t%s\n' \
    'grep over both files' "$(command -v grep) -c benchlast /etc/passwd /etc/group" \
    'nonroot -u' "$nonroot -u benchlast -- $true" \
    'C program' "$work/su-exec-like benchlast $true" \
    'gosu' "$(command -v gosu) benchlast $true")
  compare "$results" 3 --warmup 1 <<<"$commands"
  table '### A user at the end of a passwd and a group file of 100 MB each' '' \
    '| | median | beside grep | max RSS |' '|---|---|---|---|'
  panel 'A user at the end of a passwd and a group file of 100 MB each, s'
  while IFS=$'\t' read -r name command; do
    # shellcheck disable=SC2086 # words
    table "| $name | $(in_s "$(time_of "$results" "$name")") s | $(times \
      "$(ratio "$results" "$name" 'grep over both files')") × | $(peak $command 2>/dev/null | tail -n 1) KB |"
    bar "$name" "$(time_of "$results" "$name")" "$(in_s "$(time_of "$results" "$name")")"
  done <<<"$commands"
  table ''
  target 'a user at the end of 100 MB files beside `grep`: at most 3 ×' \
    "$(times "$(ratio "$results" 'nonroot -u' 'grep over both files')")" ' ×' 3
  target 'there: max RSS at most 2 MB' "$(peak "$nonroot" -u benchlast -- "$true")" ' KB' 2048
  umount /etc/passwd /etc/group
}

# own_table RESULTS TITLE BESIDE: the table and the panel of what was measured
own_table() {
  local results=$1 title=$2 beside=$3 name
  table "### $title" '' "| | median | beside \`$beside\` |" '|---|---|---|'
  panel "$title, s"
  while read -r name; do
    table "| \`$name\` | $(in_s "$(time_of "$results" "$name")") s | $(times \
      "$(ratio "$results" "$name" "$beside")") × |"
    bar "$name" "$(time_of "$results" "$name")" "$(in_s "$(time_of "$results" "$name")")"
  done < <(cut -f 2 "$results" | sort -u)
  table ''
}

measure_own() {
  local rounds=$(((rounds + 1) / 2)) tree=$work/tree results=$work/owned find chown
  find=$(command -v find) chown=$(command -v chown)
  mkdir -p "$tree"/{1..20}/{1..10}
  for directory in "$tree"/*/*; do
    (cd "$directory" && touch {1..1000})
  done
  chown -R bench:bench "$tree"
  compare "$results" 5 --warmup 1 < <(printf '%s\t%s\n' \
    'find ! -user' "$find $tree ! -user bench" \
    'nonroot --own' "$nonroot -u bench --own $tree -- $true")
  own_table "$results" '200,000 files that are the user’s already' 'find ! -user'
  target '`--own`, nothing to do, beside `find ! -user`: no slower' \
    "$(times "$(ratio "$results" 'nonroot --own' 'find ! -user')")" ' ×' 1

  results=$work/not-owned
  compare "$results" 3 --warmup 1 --prepare "$chown -R root:root $tree" < <(printf '%s\t%s\n' \
    'chown -R' "$chown -R bench $tree" \
    'find ! -user -exec chown' "$find $tree ! -user bench -exec chown bench {} +" \
    'nonroot --own' "$nonroot -u bench --own $tree -- $true")
  own_table "$results" '200,000 files that are root’s' 'chown -R'
  target '`--own` of files of root’s beside `chown -R`: no slower' \
    "$(times "$(ratio "$results" 'nonroot --own' 'chown -R')")" ' ×' 1
  target '`--own` of files of root’s beside `find ! -user -exec chown`: faster' \
    "$(times "$(ratio "$results" 'nonroot --own' 'find ! -user -exec chown')")" ' ×' 0.99
  rm -rf "$tree"
}

# cold_and_warm COUNT: a tree of so many files, 1,000 in each directory, all root's
cold_and_warm() {
  local count=$1 rounds=$(((rounds + 1) / 2)) tree=$work/tree find chown state results drop title
  find=$(command -v find) chown=$(command -v chown)
  seq 1 $((count / 1000)) | (mkdir "$tree" && cd "$tree" && xargs mkdir)
  for directory in "$tree"/*; do
    (cd "$directory" && touch {1..1000})
  done
  for state in cold warm; do
    results=$work/$state-$count
    drop=''
    if [ $state = cold ]; then
      drop='sync; echo 3 >/proc/sys/vm/drop_caches'
    fi
    compare "$results" 3 --prepare "sh -c '$chown -R root:root $tree; $drop'" < <(printf '%s\t%s\n' \
      'chown -R' "$chown -R bench $tree" \
      'find ! -user -exec chown' "$find $tree ! -user bench -exec chown bench {} +" \
      'nonroot --own' "$nonroot -u bench --own $tree -- $true")
    title="$(sed ':a; s/\B[0-9]\{3\}\>/,&/; ta' <<<"$count") files that are root’s, $state"
    own_table "$results" "$title" 'chown -R'
    target "\`--own\` of $title, beside \`chown -R\`: no slower" \
      "$(times "$(ratio "$results" 'nonroot --own' 'chown -R')")" ' ×' 1
  done
  rm -rf "$tree"
}

measure_cold() {
  cold_and_warm 200000
  cold_and_warm 1000000
}

measure_jvm() {
  local results=$work/jvm
  java bench/AgentStart.java --native $((rounds * 6)) >"$results"
  table '### A JVM with `libnonroot.so`' '' "$(grep -v '^Machine: ' "$results" | sed 1d)" ''
  local jdk='' first name median ratio
  while IFS='|' read -r first name median _ _ ratio _; do
    if [ -z "$median" ]; then
      jdk=${first%%,*}
      continue
    fi
    name=$(sed 's/^ *//; s/ *$//' <<<"$name") median=${median% ms *}
    bar "$jdk: $name" "$median" "${median# }"
    if [[ $name = libnonroot* ]]; then
      target "$jdk, $name: at most 1.02 ×" "${ratio// /}" ' ×' 1.02
    fi
  done < <(panel 'Hello world, whole JVM, ms' && grep -E '^JDK |^\| (no agent|libnonroot)' "$results")
}

# A picture of what panel and bar have noted. Grey in the middle where nothing is known of the page.
picture() {
  awk -F'\t' '
    function text(x, class, s) {
      gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s)
      return sprintf("<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>\n", x, y + 12, class, s)
    }
    NR == FNR { if ($1 == "panel") n++; else if ($3 + 0 > most[n]) most[n] = $3 + 0; next }
    $1 == "panel" { panel++; y += 18; body = body text(8, "title", $2); y += 24; next }
    {
      width = 440 * $3 / most[panel]
      ours = $2 ~ /^nonroot|libnonroot/
      body = body text(8, "name", $2)
      body = body sprintf("<rect x=\"350\" y=\"%d\" width=\"%.1f\" height=\"14\" class=\"%s\"/>\n",
        y, width, ours ? "ours" : "other")
      body = body text(350 + width + 6, "name", $4)
      y += 20
    }
    END {
      printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 %d\" width=\"860\" height=\"%d\">\n", y + 12, y + 12
      print "<title>nonroot’s native parts beside others; shorter is faster</title>"
      print "<style>"
      print "text { font: 13px sans-serif; fill: #76797d } .title { font-weight: bold }"
      print ".ours { fill: #1f883d } .other { fill: #9198a1 }"
      print "@media (prefers-color-scheme: light) { text { fill: #1f2328 } }"
      print "@media (prefers-color-scheme: dark) { text { fill: #d1d7e0 } }"
      print "</style>"
      printf "%s</svg>\n", body
    }' "$bars" "$bars"
}

for part in "${parts[@]}"; do
  "measure_$part"
done

{
  echo "Machine: $(nproc) cores of $(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r), $(date -u +%F)"
  echo
  echo '| target | measured | met |'
  echo '|---|---|---|'
  cat "$targets"
  echo
  cat "$tables"
} >"$work/report"
picture >"$out/native.svg"
if [ "$out" = docs ]; then
  sed -i -e '/^<!-- native.sh -->$/,/^<!-- end of native.sh -->$/ { /^<!--/!d }' docs/benchmarks.md
  sed -i -e "/^<!-- native.sh -->\$/r $work/report" docs/benchmarks.md
fi
cat "$work/report"
