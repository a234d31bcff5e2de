#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/../containers.sh"
begin
build nonroot-secrets
title 'As it comes'
run_container localhost/nonroot-secrets id -u
expect 'who runs' "$out" 0
expect 'the exit code' "$exit_code" 0
end
