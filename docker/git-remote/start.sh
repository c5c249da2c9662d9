#!/bin/sh
# Makes the repository at the first start, then serves it. Anyone who reaches the port may push: keep it on loopback.
set -eu
repository=/srv/git/flags.git
if [ ! -d "$repository" ]; then
  git init --quiet --bare --initial-branch=main "$repository"
  git -C "$repository" config http.receivepack true
  work="$(mktemp -d)"
  git clone --quiet "$repository" "$work/clone" 2> /dev/null
  cp -r /seed/flags "$work/clone/flags"
  cd "$work/clone"
  git add --all
  git -c user.name=Guidon -c user.email=guidon@localhost commit --quiet --message "Begin with the sample flags"
  git push --quiet origin HEAD:refs/heads/main
  rm -rf "$work"
fi
exec lighttpd -D -f /etc/lighttpd/git.conf
