"""How the rules react to honest and dishonest behaviour, drawn frame by frame."""
