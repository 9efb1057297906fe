var a = new ActiveXObject('WScript.Shell');
