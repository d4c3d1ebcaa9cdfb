raise SystemExit("no such thing as an app")
