"""`python -m cheji …`: the program."""

from cheji.config.program import main

if __name__ == "__main__":
    main()
