#!/bin/sh
# Runs the Node beside this script, wherever a link (krew makes one) points here from.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
root=$(cd "$(dirname "$self")" && pwd -P) || exit 70
# What the user sets for Node programs of their own must not change this one.
unset NODE_OPTIONS
exec "$root/node" "$root/dist/kubectl-certs.cjs" "$@"
