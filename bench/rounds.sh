# For the scripts beside it, which source it: what is compared takes its turn in each of several
# rounds, and what counts is the median of the rounds' medians; ratios are the median of the ratios
# within each round. They set $work, a directory, $rounds, $scale, by which the number of runs is
# divided, and $under, the words before the command that measures.
# shellcheck shell=bash disable=SC2154

# Lines of NAME<tab>COMMAND on stdin. compare RESULTS RUNS [OPTION...] measures each in each round.
compare() {
  local results=$1 runs=$2 lines round i line names
  shift 2
  mapfile -t lines
  for ((round = 0; round < rounds; round++)); do
    names=()
    for ((i = 0; i < ${#lines[@]}; i++)); do
      line=${lines[(i + round) % ${#lines[@]}]}
      names+=(--command-name "${line%%$'\t'*}" "${line#*$'\t'}")
    done
    # GNU grep looks whether its output is /dev/null, and then stops at the first match.
    "${under[@]}" hyperfine -N --style none --output pipe --runs $((runs / scale)) --export-csv "$work/round" "$@" \
      "${names[@]}" 2>"$work/errors" || { cat "$work/errors" >&2; exit 1; }
    awk -F, -v OFS='\t' -v round=$round 'NR > 1 { print round, $1, $4 }' "$work/round" >>"$results"
    echo "round $((round + 1)) of $rounds of ${results##*/}" >&2
  done
}

median() {
  sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# time_of RESULTS NAME: in seconds; ratio RESULTS NAME BESIDE, and the ratios of each round
time_of() { awk -F'\t' -v name="$2" '$2 == name { print $3 }' "$1" | median; }
ratio() { ratios "$@" | median; }
ratios() {
  awk -F'\t' -v name="$2" -v beside="$3" '
    $2 == name { a[$1] = $3 }
    $2 == beside { b[$1] = $3 }
    END { for (round in a) print a[round] / b[round] }' "$1"
}
in_ms() { awk -v s="$1" 'BEGIN { printf "%.3f", s * 1000 }'; }
in_s() { awk -v s="$1" 'BEGIN { printf "%.3f", s }'; }
times() { awk -v r="$1" 'BEGIN { printf "%.2f", r }'; }
