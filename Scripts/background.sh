# Children that end with the script that started them. Sourced by shared.sh.
# shellcheck shell=bash

# Children run in process groups of their own, so that one signal reaches all that they have started, and they do not see the keyboard:
# when this script ends, for whatever reason, it ends them. `run_in_background LOG COMMAND...` leaves the group in `child`;
# `wait_for_background GROUP` gives its exit code.
groups=()
child=
run_in_background() {
    set -m
    "${@:2}" >"$1" 2>&1 </dev/null &
    set +m
    child=$!
    groups+=("$child")
}

wait_for_background() {
    local code=0 kept=() group
    wait "$1" || code=$?
    for group in "${groups[@]}"; do [[ $group == "$1" ]] || kept+=("$group"); done
    groups=("${kept[@]}")
    return "$code"
}

# An interrupt lets the compiler clean up behind itself; what is still there after three seconds is killed.
end_children() {
    local group patience
    for group in "${groups[@]}"; do kill -INT -- "-$group" 2>/dev/null || true; done
    for group in "${groups[@]}"; do
        for ((patience = 0; patience < 30; patience++)); do
            kill -0 -- "-$group" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$group" 2>/dev/null || true
    done
}

trap end_children EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
