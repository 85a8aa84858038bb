#!/bin/sh
# Puts the embedding model, exported when the image was built, where the program looks for it, and starts the program.
set -eu
for model in /opt/askarticle/encoders/*/; do
    target="$ASKARTICLE_DATA/encoders/$(basename "$model")"
    if [ ! -e "$target" ]; then # also where a link leads nowhere since the image was renewed
        mkdir -p "$ASKARTICLE_DATA/encoders"
        ln -sfn "${model%/}" "$target" # not a copy: the image's own stays the one that is read
    fi
done
exec askarticle "$@"
