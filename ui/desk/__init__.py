"""The reception desk: inbox, thread, composer, side panels."""
