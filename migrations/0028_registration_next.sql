-- Where somebody was going who signed up on the way: an app's request for a sign-in, mostly.
ALTER TABLE registrations ADD COLUMN next TEXT;
