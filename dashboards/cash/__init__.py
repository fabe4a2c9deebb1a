"""What a partner will pay and get back: `pace` has each vendor's usual days, `flows` what is expected, `months` adds it up."""
