#!/usr/bin/env bash
# Installs Debian packages, as root, without starting a server: ours are private ones on free ports.
set -euo pipefail

# Servers that run already are not touched; both files below exist only while we install.
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/palisade.conf
ours=()
trap 'rm -f "${ours[@]}"' EXIT

# 101 is "forbidden by policy": no package may start its service now. An administrator's own policy stays as it is.
if [[ ! -e $policy ]]; then
  ours+=("$policy")
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

# Debian would make a cluster "main" on port 5432 with every PostgreSQL it installs.
if [[ ! -e $cluster ]]; then
  ours+=("$cluster")
  mkdir -p "${cluster%/*}"
  printf 'create_main_cluster = false\n' >"$cluster"
fi

packages=()
for package in "$@"; do
  packages+=("$package")
  # Without a font the browser paints nothing to look at; this one is small.
  [[ $package != chromium ]] || packages+=(fonts-dejavu-core)
done

export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"; }

# A mirror that is being updated answers wrongly for a moment; three attempts cover it.
for attempt in 1 2 3; do
  if apt update && apt install -y --no-install-recommends "${packages[@]}" >/dev/null; then
    # Where an init system is at work, Redis would start with the machine the next time.
    [[ ! -d /run/systemd/system || " $* " != *" redis-server "* ]] || systemctl disable -q redis-server
    exit 0
  fi
  echo "Attempt $attempt of 3 failed" >&2
  sleep $((attempt * 5))
done
exit 1
