# Sourced after require.sh. Builds in Release, and only when something changed.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# build_if_needed TARGET FOLDER...: builds a project or the solution unless the last build is newer than every file of
# these folders and of the rules at the root.
build_if_needed() {
  local target=$1 stamp=artifacts/bin/.stamps/${1//\//_}
  shift
  ! is_built "$stamp" "$@" || return 0
  require_dotnet
  mkdir -p artifacts/bin/.stamps
  (
    # Two starts at once: the second waits, and then finds the work done.
    flock 9
    ! is_built "$stamp" "$@" || exit 0
    say "Building $target"
    # The stamp has the time before the build, so that a file saved meanwhile counts as newer.
    touch "$stamp.new"
    # Build servers would stay behind, with the lock in their hands.
    dotnet build "$target" -c Release -v quiet --disable-build-servers >&2 9>&- || die "The build of $target failed."
    mv "$stamp.new" "$stamp"
  ) 9>artifacts/bin/.stamps/lock
}

# The folders themselves count too: a deleted file changes only its folder.
is_built() {
  local stamp=$1
  shift
  [[ -e $stamp ]] && [[ -z $(find "$@" Directory.* global.json eng/BannedSymbols.txt -newer "$stamp" -print -quit) ]]
}

# The top-level folders that hold the solution's projects.
solution_folders() {
  sed -n 's/.*Project Path="\([^/]*\)\/.*/\1/p' Palisade.slnx | sort -u
}
