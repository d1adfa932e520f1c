# Sourced. What the scripts need from the system, and how it gets there.

# Where sbin is not on an ordinary user's path, ldconfig and redis-server hide.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# Messages go to standard error: the standard output of ./palisade and ./bench is for their results.
say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# require_packages NAME...: installs the Debian packages whose capability is missing.
require_packages() {
  local package missing=()
  for package in "$@"; do
    have "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  if ! command -v apt-get >/dev/null; then
    die "Please install, with this system's own package manager: ${missing[*]} (Debian's names)."
  elif ((EUID != 0)); then
    sudo -n true 2>/dev/null || die "Please install, as root: apt-get install ${missing[*]}"
    as_root=(sudo -n)
  fi

  say "Installing ${missing[*]}"
  "${as_root[@]}" bash eng/install-packages.sh "${missing[@]}" >&2 || die "Please install, as root: apt-get install ${missing[*]}"
  for package in "${missing[@]}"; do
    have "$package" || die "$package was installed, but what it should bring is not to be found."
  done
}

# require_dotnet: says in one line which SDK is missing. Asked only before a build; starting a built program needs no SDK.
require_dotnet() {
  local version
  version=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json)
  dotnet --version >/dev/null 2>&1 ||
    die ".NET SDK $version or a later 10.0 SDK is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
}

# We ask for what a package brings, not for the package: it may have come another way.
have() {
  case $1 in
    postgresql) have_postgresql ;;
    libsodium23) [[ $(ldconfig -p) == *libsodium.so.23* ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

have_postgresql() {
  local initdb version
  for initdb in /usr/lib/postgresql/*/bin/initdb; do
    version=${initdb#/usr/lib/postgresql/}
    [[ -x $initdb ]] && ((${version%%/*} >= 15)) && return 0
  done
  return 1
}
